"""Sport labels of every spelling, made our own words.

A label nobody knows, or one that names two sports, names none: speed and cadence decide then.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

ON_FOOT = frozenset({"running", "walking", "hiking"})

# Strava's GPX exports name the sport by number.
STRAVA_NUMBERS = {
    "1": "cycling",
    "2": "skiing",
    "3": "skiing",
    "4": "hiking",
    "5": "skating",
    "6": "skating",
    "7": "skiing",
    "8": "skating",
    "9": "running",
    "10": "walking",
    "11": "training",
    "12": "snowboarding",
    "13": "snowshoeing",
    "14": "kitesurfing",
    "15": "windsurfing",
    "16": "swimming",
    "17": "cycling",
}

SPORTS = {
    "running": (
        "running run runs runner jog jogging treadmill trailrun trailrunning laufen lauf joggen "
        "laufband traillauf course footing corrida correr carrera corsa hardlopen loopband "
        "lopning loping lob juoksu bieganie bieg beh futas alergare kosu бег 跑步 跑 户外跑步 "
        "室内跑步 户外跑 室内跑 越野跑 跑步机 慢跑 晨跑 夜跑 戶外跑步 ランニング ジョギング ラン "
        "달리기 러닝 조깅 "
        "dauerlauf berglauf waldlauf trcanje tek begimas chay lari біг τρεξιμο ריצה جري parkrun"
    ),
    "walking": (
        "walking walk walks gehen spazieren spaziergang marche caminar caminata camminata "
        "caminhada wandelen gang promenad kavely spacer ходьба 走路 健走 步行 户外步行 散步 "
        "ウォーキング 걷기"
    ),
    "hiking": (
        "hiking hike hikes mountaineering trekking wandern wanderung randonnee senderismo "
        "escursionismo wandeling vandring fottur vaellus wedrowka turystyka поход 徒步 登山 爬山 "
        "ハイキング 登山 하이킹 등산"
    ),
    "cycling": (
        "cycling cycle bike biking bicycling ride riding ebike mtb mountainbike gravel spinning "
        "radfahren radsport velo cyclisme vtt ciclismo bicicleta bici fietsen wielrennen cykling "
        "sykling pyoraily rower kolarstwo велосипед велоспорт 骑行 户外骑行 室内骑行 自行车 "
        "サイクリング 자전거 사이클"
    ),
    "swimming": (
        "swimming swim schwimmen natation natacion natacao nuoto zwemmen simning svomming "
        "svomning uinti plywanie плавание 游泳 水泳 수영"
    ),
    "skiing": "skiing ski langlauf skilanglauf esqui sci skien",
    "snowboarding": "snowboarding snowboard",
    "snowshoeing": "snowshoeing snowshoe",
    "skating": "skating skate rollerski inlineskate iceskate",
    "rowing": "rowing row rudern aviron remo canottaggio roeien 划船",
    "transition": "transition",
}
# What FIT calls other sports; they are no runs whatever their pace.
OTHERS = frozenset(
    {
        *("alpine skiing", "american football", "archery", "baseball", "basketball", "boating", "boxing"),
        *("canoeing", "cardio", "cricket", "cross country skiing", "crossfit", "dance", "disc golf"),
        *(
            "diving",
            "driving",
            "e biking",
            "elliptical",
            "fishing",
            "fitness",
            "fitness equipment",
            "floor climbing",
        ),
        *("flying", "geocaching", "golf", "grinding", "hang gliding", "hiit", "hockey", "horseback riding"),
        *("hunting", "ice skating", "inline skating", "jump rope", "jumpmaster", "kayaking", "kitesurfing"),
        *("lacrosse", "meditation", "mixed martial arts", "mobility", "motor sports", "motorcycling"),
        *("multisport", "paddling", "para sport", "pool apnea", "racket", "rafting", "rock climbing"),
        *("rowing machine", "rugby", "sailing", "shooting", "sky diving", "snorkeling", "snowmobiling"),
        *("soccer", "stair stepper", "stand up paddleboarding", "strength training", "surfing", "tactical"),
        *("team sport", "tennis", "training", "video gaming", "volleyball", "wakeboarding", "wakesurfing"),
        *("water skiing", "water sport", "water tubing", "weight training", "wheelchair push run"),
        *("wheelchair push walk", "windsurfing", "winter sport", "yoga"),
    }
)
WORDS = {word: sport for sport, words in SPORTS.items() for word in words.split()}

# Labels whose words, taken one by one, would mislead.
PHRASES = {
    "course a pied": "running",
    "course trail": "running",
    "marche nordique": "walking",
    "trail": "running",
    "caminhada na trilha": "hiking",
    "indoor skiing": "skiing",
}

SUB_SPORTS = {
    "treadmill": "treadmill",
    "indoor": "treadmill",
    "laufband": "treadmill",
    "loopband": "treadmill",
    "室内跑步": "treadmill",
    "室内跑": "treadmill",
    "跑步机": "treadmill",
    "trail": "trail",
    "trailrun": "trail",
    "trailrunning": "trail",
    "traillauf": "trail",
    "ultra": "trail",
    "mountain": "trail",
    "越野跑": "trail",
    "track": "track",
    "street": "road",
    "road": "road",
    "virtual": "virtual",
    "obstacle": "obstacle",
}

SAYS_NOTHING = frozenset(
    {"", "generic", "other", "unknown", "uncategorized", "none", "all", "invalid", "sport", "activity"}
)
# A machine in a gym is a run when the finer label says treadmill.
LEAVES_OPEN = SAYS_NOTHING | {"fitness equipment", "training", "cardio", "workout", "fitness"}


@lru_cache(maxsize=1024, typed=True)
def sport_words(label: object, sub_label: object = None) -> tuple[str, str]:
    """Sport and finer kind in our own words.

    Parameters
    ----------
    label
        What the file calls the sport: FIT's word, TCX's attribute, GPX's type or Strava's number.
    sub_label
        FIT's sub_sport, where there is one.

    Returns
    -------
    tuple[str, str]
        Sport ("running", "walking", "hiking", "cycling", "swimming" ...) and sub-sport ("trail",
        "treadmill", "track", "road" ...), each empty where the file does not say.
    """
    text, sub_text = _plain(label), _plain(sub_label)
    sport = _sport(text)
    sub_sport = sub_text
    if sport in {"", "running"} or sport in LEAVES_OPEN:
        hints = [*sub_text.split(), *(text.split() if not sub_text else [])]
        known = [SUB_SPORTS[word] for word in hints if word in SUB_SPORTS]
        sub_sport = known[0] if known else sub_text
        if sport in LEAVES_OPEN and _sport(sub_text) == "running" and sub_sport != "trail":
            sport = "running"
    return sport, "" if sub_sport in SAYS_NOTHING else sub_sport


def _sport(text: str) -> str:
    """The one sport that a plain label names, empty where it names none or two."""
    if text in SAYS_NOTHING:
        return ""
    if text.isdigit():
        return STRAVA_NUMBERS.get(text, "")
    if text in PHRASES or text in OTHERS:
        return PHRASES.get(text, text)
    # Chinese and Japanese set no blanks between words.
    words = [
        *text.split(),
        *(word for word in WORDS if not word.isascii() and len(word) > 1 and word in text),
    ]
    named = {WORDS[word] for word in words if word in WORDS}
    return named.pop() if len(named) == 1 else ""


def _plain(label: object) -> str:
    """Lower case, no accents, words separated by one blank: TrailRun, trail_running, Trail-Running."""
    if label is None:
        return ""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", str(label))
    letters = unicodedata.normalize("NFKD", words.replace("ø", "o").replace("Ø", "O").replace("ł", "l"))
    # Only Latin accents go; the marks of Japanese and Korean are part of their letters.
    bare = re.sub("[\u0300-\u036f]", "", letters)
    return " ".join(re.split(r"[\s_\-/,;:()]+", unicodedata.normalize("NFC", bare).casefold())).strip()
