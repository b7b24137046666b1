"""Strava's `activities.csv`: the type and name of each file in a bulk export.

Column names and types are in the runner's language, and the layout has changed often, so columns are found
by what is in them.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections import Counter
from itertools import chain, islice
from typing import IO, TYPE_CHECKING

from loadwatch.formats.sport import sport_words
from loadwatch.sources import Label

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

LIST = "activities.csv"
FOLDER = "activities"
FILENAME = re.compile(r"activities/[^/]+\.(fit|gpx|tcx)(\.gz)?", re.IGNORECASE)
LARGEST_BYTES = 32 << 20
PIECE_BYTES = 1 << 20
SAMPLE_ROWS = 500
# Strava writes about a hundred.
MOST_COLUMNS = 1000

# Strava's whole labels in the languages it offers, in lower case. They tell the type column from the names
# that runners give, which hold the same words, so this is no list of words as `formats.sport` has it.
STRAVA_TYPES = {
    ("running", ""): (
        "run|running|lauf|laufen|laufeinheit|course à pied|course|carrera|carrera a pie|correr|corrida|corsa|"
        "hardloopsessie|hardloopactiviteit|hardlopen|löpning|löprunda|løpetur|løping|løb|løbetur|juoksu|"
        "juoksulenkki|bieg|bieganie|забег|бег|пробежка|koşu|lari|ラン|ランニング|달리기|러닝|跑步"
    ),
    ("running", "trail"): (
        "trail run|trail running|trail|traillauf|trail-lauf|trailrun|course de trail|carrera de montaña|"
        "carrera por montaña|carrera de trail|corrida em trilha|corrida de trilha|corrida em trilhos|"
        "corsa su sentiero|corsa trail|trailloop|traillöpning|stiløp|terrengløp|trailløb|polkujuoksu|"
        "bieg terenowy|bieg przełajowy|трейл|трейлраннинг|patika koşusu|lari trail|lari lintas alam|"
        "トレイルラン|トレイルランニング|트레일 러닝|트레일 런|越野跑"
    ),
    ("running", "virtual"): (
        "virtual run|virtueller lauf|course virtuelle|course à pied virtuelle|carrera virtual|"
        "corrida virtual|corsa virtuale|virtuele hardloopsessie|virtuele run|"
        "virtuell löpning|virtuell løpetur|virtuelt løb|"
        "wirtualny bieg|виртуальный забег|sanal koşu|lari virtual|バーチャルラン|가상 달리기|가상 러닝|"
        "虚拟跑步|虛擬跑步"
    ),
    ("walking", ""): (
        "walk|walking|spaziergang|gehen|marche|caminata|paseo|caminhada|camminata|wandeling|promenad|gåtur|"
        "kävely|kävelylenkki|spacer|ходьба|прогулка|yürüyüş|jalan kaki|jalan|ウォーク|ウォーキング|散歩|걷기|"
        "步行|散步|健走"
    ),
    ("hiking", ""): (
        "hike|hiking|wanderung|wandern|randonnée|senderismo|excursión|excursionismo|caminhada na trilha|"
        "trilha|escursione|escursionismo|trektocht|wandeltocht|vandring|fottur|vandretur|vaellus|wędrówka|"
        "поход|doğa yürüyüşü|mendaki|ハイク|ハイキング|하이킹|등산|徒步|健行|远足|登山"
    ),
    ("cycling", ""): (
        "ride|virtual ride|e-bike ride|gravel ride|mountain bike ride|e-mountain bike ride|radfahrt|fahrt|"
        "radfahren|virtuelle radfahrt|virtuelle fahrt|e-bike-fahrt|gravel-fahrt|mountainbike-fahrt|vélo|"
        "sortie à vélo|sortie vélo|sortie virtuelle|cyclisme|vtt|vuelta ciclista|salida en bicicleta|"
        "pedalada|pedalada virtual|volta de bicicleta|giro in bici|pedalata|ciclismo|fietsrit|"
        "virtuele fietsrit|fietstocht|rit|cykling|cykeltur|sykkeltur|pyöräily|"
        "pyörälenkki|jazda|jazda na rowerze|przejażdżka|заезд|велозаезд|bisiklet|bisiklet sürüşü|sürüş|"
        "bersepeda|ライド|バーチャルライド|라이딩|자전거 타기|骑行|虚拟骑行|騎乘|騎車|自行車"
    ),
    ("swimming", ""): (
        "swim|schwimmen|natation|natación|natação|nuoto|zwemmen|zwemsessie|simning|svømming|svømmetur|"
        "svømning|uinti|pływanie|заплыв|плавание|yüzme|renang|スイム|水泳|수영|游泳"
    ),
    ("training", ""): (
        "workout|weight training|crossfit|elliptical|stair-stepper|yoga|pilates|training|krafttraining|"
        "crosstrainer|entraînement|musculation|entrenamiento|entrenamiento con pesas|treino|"
        "treinamento com peso|musculação|allenamento|allenamento con i pesi|krachttraining|träning|"
        "styrketräning|trening|styrketrening|træning|styrketræning|treeni|voimaharjoittelu|"
        "trening siłowy|тренировка|силовая тренировка|antrenman|ağırlık antrenmanı|latihan|"
        "ワークアウト|ウェイトトレーニング|ヨガ|운동|웨이트 트레이닝|요가|训练|力量训练|"
        "瑜伽|訓練|體能訓練|重量訓練|瑜珈"
    ),
}
TYPES = {label: sport for sport, labels in STRAVA_TYPES.items() for label in labels.split("|")}


def labels(file: IO[bytes] | io.RawIOBase) -> Iterator[tuple[str, Label]]:
    """Files of the export, by their way from the list, each with its label.

    Nothing where no column holds file names or types we know; nothing behind a fault in the list.
    """
    with file:
        start = b"".join(islice(iter(lambda: file.read(PIECE_BYTES), b""), LARGEST_BYTES // PIECE_BYTES))
    text = io.TextIOWrapper(io.BytesIO(start), "utf-8-sig", errors="replace", newline="")
    first = text.readline()
    text.seek(0)
    rows = _rows(csv.reader(text, delimiter=max(",;\t", key=first.count)))
    sample = list(islice(rows, SAMPLE_ROWS))
    file_column = _column(sample, lambda value: FILENAME.fullmatch(value.strip()) is not None)
    type_column = _column(sample, lambda value: _plain(value) in TYPES)
    if file_column is None or type_column is None:
        return
    for row in chain(sample, rows):
        if len(row) > max(file_column, type_column) and FILENAME.fullmatch(row[file_column].strip()):
            kind = row[type_column]
            sport, sub_sport = TYPES.get(_plain(kind)) or sport_words(kind)
            # In every layout so far, the name stands just before the type.
            title = row[type_column - 1].strip() if type_column else ""
            yield row[file_column].strip(), Label(sport, sub_sport, title)


def _rows(reader: Iterable[list[str]]) -> Iterator[list[str]]:
    """Rows up to the first that is no CSV."""
    try:
        for row in reader:
            yield row[:MOST_COLUMNS]
    except csv.Error:
        return


def _column(rows: Sequence[Sequence[str]], fits: Callable[[str], bool]) -> int | None:
    """The column most of whose values fit, the later of equals; None where no column is like that."""
    hits: Counter[int] = Counter()
    filled: Counter[int] = Counter()
    for row in rows:
        filled.update(at for at, value in enumerate(row) if value.strip())
        hits.update(at for at, value in enumerate(row) if fits(value))
    best = max(hits, key=lambda at: (hits[at], at), default=None)
    return best if best is not None and 2 * hits[best] >= filled[best] - 1 else None


def _plain(label: str) -> str:
    return unicodedata.normalize("NFC", label).strip().casefold()
