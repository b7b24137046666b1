"""Recordings as FIT files, laid out as watches do it. Needs fit-tool, the extra `loadwatch[fit-demo]`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
from fit_tool.data_message import DataMessage
from fit_tool.definition_message import DefinitionMessage
from fit_tool.fit_file_builder import FitFileBuilder
from fit_tool.message import Message
from fit_tool.profile.messages import record_message as fields
from fit_tool.profile.messages.activity_message import ActivityMessage
from fit_tool.profile.messages.common_fields import TimestampField
from fit_tool.profile.messages.device_info_message import DeviceInfoMessage
from fit_tool.profile.messages.event_message import EventMessage
from fit_tool.profile.messages.file_id_message import FileIdMessage
from fit_tool.profile.messages.lap_message import LapMessage
from fit_tool.profile.messages.record_message import RecordMessage
from fit_tool.profile.messages.session_message import SessionMessage
from fit_tool.profile.messages.sport_message import SportMessage
from fit_tool.profile.messages.workout_message import WorkoutMessage
from fit_tool.profile.messages.workout_step_message import WorkoutStepMessage
from fit_tool.profile.profile_type import (
    Activity,
    Event,
    EventType,
    FileType,
    Intensity,
    LapTrigger,
    LocalDeviceType,
    Manufacturer,
    SourceType,
    Sport,
    SubSport,
    WorkoutStepDuration,
    WorkoutStepTarget,
)

from loadwatch.demo.recording import WATCH, laps

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd
    from numpy.typing import NDArray

    from loadwatch.demo.recording import Recording

SERIAL_NUMBER = 20260330
FIT_EPOCH = datetime(1989, 12, 31, tzinfo=UTC)

RECORD_FIELDS = (
    ("latitude_deg", fields.RecordPositionLatField),
    ("longitude_deg", fields.RecordPositionLongField),
    ("distance_m", fields.RecordDistanceField),
    ("speed_mps", fields.RecordEnhancedSpeedField),
    ("altitude_m", fields.RecordEnhancedAltitudeField),
    ("heart_rate_bpm", fields.RecordHeartRateField),
    ("strides_rpm", fields.RecordCadenceField),
    ("strides_fraction_rpm", fields.RecordFractionalCadenceField),
    ("step_length_mm", fields.RecordStepLengthField),
    ("ground_contact_ms", fields.RecordStanceTimeField),
    ("vertical_oscillation_mm", fields.RecordVerticalOscillationField),
    ("vertical_ratio_pct", fields.RecordVerticalRatioField),
    ("temperature_degc", fields.RecordTemperatureField),
)
"""Our column, and the FIT field that carries it; a column without a single value is left out."""

LOCAL_IDS = (
    FileIdMessage,
    SportMessage,
    DeviceInfoMessage,
    EventMessage,
    RecordMessage,
    LapMessage,
    SessionMessage,
    ActivityMessage,
    WorkoutMessage,
    WorkoutStepMessage,
)
"""Each kind of message keeps a local number of its own, so that its definition is written once."""


class _PackedRecords(Message):  # type: ignore[misc]  # fit-tool ships no annotations
    """Many record messages encoded at once: one by one, fit-tool takes half a millisecond for each."""

    def __init__(self, packed: bytes):
        super().__init__(local_id=LOCAL_IDS.index(RecordMessage), global_id=RecordMessage.ID)
        # The builder puts the first message's header in front by itself.
        self.packed = packed[1:]

    def to_bytes(self) -> bytes:
        return self.packed


def fit_bytes(recording: Recording) -> bytes:
    """Encode a recording as a FIT activity file.

    Parameters
    ----------
    recording
        One outing as recorded.

    Returns
    -------
    bytes
        The file.
    """
    builder = FitFileBuilder(auto_define=True)
    builder.add_all([*_opening(recording)])
    _add_samples(builder, recording)
    builder.add_all([_lap(recording, *span) for span in laps(recording)])
    builder.add_all([_session(recording), _activity(recording)])
    return bytes(builder.build_bytes())


def workout_bytes(created: datetime) -> bytes:
    """Encode a planned workout: a sound FIT file that records no activity.

    Parameters
    ----------
    created
        When it was planned. [UTC]

    Returns
    -------
    bytes
        The file.
    """
    builder = FitFileBuilder(auto_define=True)
    builder.add(_file_id(FileType.WORKOUT, created))
    builder.add(_message(WorkoutMessage, sport=Sport.RUNNING, workout_name="4 x 1500", num_valid_steps=2))
    for index, (metres, intensity) in enumerate([(1500.0, Intensity.ACTIVE), (300.0, Intensity.REST)]):
        builder.add(
            _message(
                WorkoutStepMessage,
                message_index=index,
                intensity=intensity,
                duration_type=WorkoutStepDuration.DISTANCE,
                duration_distance=metres,
                target_type=WorkoutStepTarget.OPEN,
            )
        )
    return bytes(builder.build_bytes())


def _message(kind: Any, **values: Any) -> Any:
    message = kind(local_id=LOCAL_IDS.index(kind))
    for name, value in values.items():
        setattr(message, name, value)
    return message


def _milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def _file_id(kind: FileType, created: datetime) -> Any:
    return _message(
        FileIdMessage,
        type=kind,
        manufacturer=Manufacturer.DEVELOPMENT.value,
        product=1,
        product_name=WATCH,
        serial_number=SERIAL_NUMBER,
        time_created=_milliseconds(created),
    )


def _sports(recording: Recording) -> dict[str, Any]:
    if recording.is_hike:
        return {"sport": Sport.HIKING, "sub_sport": SubSport.GENERIC}
    is_indoors = recording.samples["latitude_deg"].isna().all()
    return {"sport": Sport.RUNNING, "sub_sport": SubSport.TREADMILL if is_indoors else SubSport.GENERIC}


def _opening(recording: Recording) -> Iterator[Any]:
    start = _milliseconds(recording.start)
    yield _file_id(FileType.ACTIVITY, recording.start)
    yield _message(SportMessage, **_sports(recording))
    yield _message(
        DeviceInfoMessage,
        timestamp=start,
        device_index=0,
        manufacturer=Manufacturer.DEVELOPMENT.value,
        product=1,
        serial_number=SERIAL_NUMBER,
        product_name=WATCH,
    )
    yield _message(
        DeviceInfoMessage,
        timestamp=start,
        device_index=1,
        local_device_type=LocalDeviceType.BAROMETER.value,
        source_type=SourceType.LOCAL,
    )


def _add_samples(builder: FitFileBuilder, recording: Recording) -> None:
    """Write the samples between the timer's starts and stops."""
    first = 0
    for stop, start_again in (*recording.pauses, (recording.elapsed_s, recording.elapsed_s)):
        builder.add(_timer(recording, first, EventType.START))
        _add_records(builder, recording, recording.samples.loc[first:stop])
        builder.add(_timer(recording, stop, EventType.STOP_ALL))
        first = start_again


def _timer(recording: Recording, elapsed_s: int, kind: EventType) -> Any:
    moment = _milliseconds(recording.time(elapsed_s))
    return _message(EventMessage, timestamp=moment, event=Event.TIMER, event_type=kind)


def _add_records(builder: FitFileBuilder, recording: Recording, samples: pd.DataFrame) -> None:
    values = _fit_values(recording, samples)
    local_id = LOCAL_IDS.index(RecordMessage)
    kinds: dict[str, Any] = {"timestamp": TimestampField(growable=True)}
    kinds |= {name: kind(growable=True) for name, kind in RECORD_FIELDS if name in values}
    layout = [(name, f"<{field.base_type.struct_format}") for name, field in kinds.items()]
    rows = np.empty(len(samples), dtype=[("header", "u1"), *layout])
    rows["header"] = local_id
    for name, field in kinds.items():
        scaled = np.rint((values[name] + field.get_offset()) * field.get_scale())
        rows[name] = np.where(np.isnan(scaled), field.base_type.invalid_raw_value(), scaled)
        field.set_encoded_value(0, int(rows[name][0]), check_validity=False)
    if local_id not in builder.definition_map:
        prototype = DataMessage(local_id=local_id, global_id=RecordMessage.ID, fields=list(kinds.values()))
        builder.add(DefinitionMessage.from_data_message(prototype))
    builder.add(_PackedRecords(rows.tobytes()))


def _fit_values(recording: Recording, samples: pd.DataFrame) -> dict[str, NDArray[np.float64]]:
    """Columns in the units of FIT, only those that the whole recording has any value of."""
    is_there = recording.samples.notna().any()
    values = {name: samples[name].to_numpy() for name in samples.columns if is_there[name]}
    # A watch counts one foot, to half a stride a minute.
    strides = np.rint(samples["cadence_spm"].to_numpy()) / 2
    values["strides_rpm"] = np.floor(strides)
    values["strides_fraction_rpm"] = strides - np.floor(strides)
    if is_there["step_length_m"]:
        values["step_length_mm"] = samples["step_length_m"].to_numpy() * 1000
    start_ms = _milliseconds(recording.start)
    values["timestamp"] = start_ms + 1000.0 * samples.index.to_numpy()
    return values


def _totals(recording: Recording, start_s: int, end_s: int) -> dict[str, Any]:
    """Sum up a span of elapsed seconds, as laps and sessions alike do."""
    part = recording.samples.loc[start_s:end_s]
    paused = sum(end - start for start, end in recording.pauses if start_s <= start and end <= end_s)
    timer = end_s - start_s - paused
    distance = float(part["distance_m"].iloc[-1] - part["distance_m"].iloc[0])
    strides = recording.mean("cadence_spm", start_s=start_s, end_s=end_s) / 2
    return {
        "timestamp": _milliseconds(recording.time(end_s)),
        "start_time": _milliseconds(recording.time(start_s)),
        "event_type": EventType.STOP,
        **_sports(recording),
        "total_elapsed_time": float(end_s - start_s),
        "total_timer_time": float(timer),
        "total_distance": distance,
        "enhanced_avg_speed": distance / max(timer, 1),
        "enhanced_max_speed": float(part["speed_mps"].max()),
        "avg_heart_rate": round(recording.mean("heart_rate_bpm", start_s=start_s, end_s=end_s)),
        "max_heart_rate": round(float(part["heart_rate_bpm"].max())),
        "avg_cadence": int(strides),
        "avg_fractional_cadence": strides - int(strides),
        "max_cadence": int(part["cadence_spm"].max() / 2),
    }


def _lap(recording: Recording, start_s: int, end_s: int) -> Any:
    totals = _totals(recording, start_s, end_s)
    return _message(LapMessage, event=Event.LAP, lap_trigger=LapTrigger.DISTANCE, **totals)


def _session(recording: Recording) -> Any:
    climbs = {"total_ascent": round(recording.ascent_m), "total_descent": round(recording.descent_m)}
    has_altitude = bool(recording.samples["altitude_m"].notna().any())
    return _message(
        SessionMessage,
        event=Event.SESSION,
        first_lap_index=0,
        num_laps=len(laps(recording)),
        **_totals(recording, 0, recording.elapsed_s),
        **(climbs if has_altitude else {}),
    )


def _activity(recording: Recording) -> Any:
    end = recording.time(recording.elapsed_s)
    return _message(
        ActivityMessage,
        timestamp=_milliseconds(end),
        total_timer_time=float(recording.timer_s),
        num_sessions=1,
        type=Activity.MANUAL,
        event=Event.ACTIVITY,
        event_type=EventType.STOP,
        local_timestamp=(end + recording.utc_offset - FIT_EPOCH) // timedelta(seconds=1),
    )
