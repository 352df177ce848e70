# Letters of other alphabets look alike; here they are meant.
# ruff: noqa: RUF001
"""Words that people write in cells, in Estonian, Lithuanian, English and Russian; all in small letters."""

from __future__ import annotations

from typing import Final, Literal

__all__ = [
    "ABOUT",
    "AT_LEAST",
    "AT_MOST",
    "BETWEEN",
    "BLANKS",
    "LESS",
    "MONTHS",
    "MORE",
    "NUMERALS",
    "OR_LESS",
    "OR_MORE",
    "UNITS",
    "YES_NO",
    "Blank",
    "YesNo",
]

YesNo = Literal["yes", "no", "unknown"]
Blank = Literal["empty", "unknown", "none", "not-applicable"]


def _longest_first(*words: str) -> tuple[str, ...]:
    """Order words so that "not more than" is found before "not"."""
    return tuple(sorted(words, key=lambda word: (-len(word), word)))


ABOUT: Final = _longest_first(
    *("ca.", "ca", "circa", "c.", "~", "≈", "±", "about", "around", "approx.", "approx", "approximately", "roughly"),
    *("umbes", "u.", "u", "ligikaudu", "orienteeruvalt", "keskmiselt umbes"),
    *("apie", "maždaug", "apytiksliai", "apyt.", "~ apie"),
    *("около", "примерно", "прибл.", "приблизительно"),
)
MORE: Final = _longest_first(
    *(">", "more than", "over", "above", "üle", "rohkem kui", "enam kui", "suurem kui"),
    *("daugiau nei", "daugiau kaip", "daugiau negu", "virš", "более", "больше", "свыше", "более чем", "больше чем"),
)
LESS: Final = _longest_first(
    *("<", "less than", "fewer than", "under", "below", "alla", "vähem kui", "väiksem kui"),
    *("mažiau nei", "mažiau kaip", "mažiau negu", "менее", "меньше", "менее чем", "меньше чем"),
)
AT_LEAST: Final = _longest_first(
    *(">=", "≥", "=>", "at least", "min.", "min", "minimum", "minimally", "from", "not less than", "no less than"),
    *("vähemalt", "mitte vähem kui", "minimaalselt", "alates"),
    *("bent", "ne mažiau kaip", "ne mažiau nei", "ne mažiau", "mažiausiai", "nuo", "не менее", "не меньше", "от"),
)
AT_MOST: Final = _longest_first(
    *("<=", "≤", "=<", "at most", "max.", "max", "maximum", "up to", "not more than", "no more than"),
    *("kuni", "maks.", "maks", "maksimaalselt", "mitte rohkem kui", "mitte üle"),
    *("iki", "ne daugiau kaip", "ne daugiau nei", "ne daugiau", "daugiausia", "daugiausiai", "не более", "до"),
)
OR_MORE: Final = _longest_first(
    *("+", "or more", "and more", "and over", "or older", "and older", "ja rohkem", "või rohkem", "ja enam"),
    *("või enam", "ja vanem", "ja vanemad", "ir daugiau", "ar daugiau", "ir vyresni", "и более", "и больше"),
)
OR_LESS: Final = _longest_first(
    *("or less", "or fewer", "and under", "and younger", "ja vähem", "või vähem", "ja noorem", "ja nooremad"),
    *("ir mažiau", "ar mažiau", "ir jaunesni", "и менее", "и меньше"),
)
BETWEEN: Final = _longest_first("nuo", "tarp", "between", "from", "alates", "vahemikus", "от", "между", "c", "с")

NUMERALS: Final[dict[str, float]] = {
    "null": 0,
    "üks": 1,
    "kaks": 2,
    "kolm": 3,
    "neli": 4,
    "viis": 5,
    "kuus": 6,
    "seitse": 7,
    "kaheksa": 8,
    "üheksa": 9,
    "kümme": 10,
    "poolteist": 1.5,
    "pool": 0.5,
    "zero": 0,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "half": 0.5,
    "nulis": 0,
    "vienas": 1,
    "viena": 1,
    "vieną": 1,
    "du": 2,
    "dvi": 2,
    "trys": 3,
    "tris": 3,
    "keturi": 4,
    "keturios": 4,
    "penki": 5,
    "penkios": 5,
    "šeši": 6,
    "šešios": 6,
    "septyni": 7,
    "septynios": 7,
    "aštuoni": 8,
    "aštuonios": 8,
    "devyni": 9,
    "devynios": 9,
    "dešimt": 10,
    "pusė": 0.5,
    "pusantro": 1.5,
    "один": 1,
    "одна": 1,
    "два": 2,
    "две": 2,
    "три": 3,
    "четыре": 4,
    "пять": 5,
    "шесть": 6,
    "семь": 7,
    "восемь": 8,
    "девять": 9,
    "десять": 10,
}


def _meaning(**words: str) -> dict[str, str]:
    """Turn "meaning: words" round."""
    return {word: meaning for meaning, listed in words.items() for word in listed.split("|")}


UNITS: Final[dict[str, str]] = _meaning(
    day="day|days|päev|päeva|päevad|p|pv|d|diena|dienos|dienų|dieną|dienas|день|дня|дней|kalendripäeva|tööpäeva",
    week="week|weeks|wk|wks|nädal|nädalat|näd|savaitė|savaitės|savaičių|savaites|savaitę|sav|неделя|недели|недель",
    month="month|months|mo|kuu|kuud|kuu(d)|k|mėn|mėnuo|mėnesį|mėnesiai|mėnesių|mėnesius|месяц|месяца|месяцев|мес",
    year="year|years|yr|yrs|y|aasta|aastat|aastased|aastane|a|metai|metų|metus|m.|m|год|года|лет",
    hour="hour|hours|h|hr|hrs|tund|tundi|t|valanda|valandos|valandų|val|час|часа|часов",
    minute="minute|minutes|min|minut|minutit|minutė|minutės|minučių|минут|минуты",
    percent="%|percent|per cent|pct|protsenti|protsent|proc|procentai|procentų|процентов|процента",
    EUR="€|eur|euro|euros|eurot|eurų|eurai|евро",
    person="person|persons|people|client|clients|inimest|inimene|in|isikut|isik|klienti|klient|last|laps|lapsed"
    "|asmuo|asmenys|asmenų|asmenis|žmonės|žmonių|klientai|klientų|vaikai|vaikų|человек|чел",
    place="place|places|koht|kohta|kohad|vieta|vietos|vietų|мест|место|места",
    piece="piece|pieces|pcs|tk|vnt|шт",
    time="time|times|x|korda|kord|kartas|kartai|kartų|kartus|раз|раза",
    FTE="fte|ametikoht|ametikohta|etatas|etatai|etato|etatų|ставка|ставки",
)

YES_NO: Final[dict[str, YesNo]] = {
    **dict.fromkeys(
        (
            *("yes", "y", "true", "x", "+", "✓", "✔", "☑", "✗ yes", "v", "√", "1", "on", "ok", "available"),
            *("jah", "jaa", "ja", "on olemas", "olemas", "õige", "tõene", "pakub", "pakutakse"),
            *("taip", "yra", "t", "teikia", "teikiama", "turi", "да", "есть", "имеется", "х"),
        ),
        "yes",
    ),
    **dict.fromkeys(
        (
            *("no", "n", "false", "-", "–", "—", "✗", "✘", "☐", "0", "none", "not available"),
            *("ei", "ei ole", "pole", "puudub", "puuduvad", "väär", "ei paku", "ei pakuta"),
            *("ne", "nėra", "nera", "neteikia", "neteikiama", "neturi", "нет", "не имеется"),
        ),
        "no",
    ),
    **dict.fromkeys(
        (
            *("?", "??", "unknown", "don't know", "don’t know", "dont know", "do not know", "not known", "not sure"),
            *("ei tea", "ei tea.", "teadmata", "pole teada", "ei ole teada", "ei oska öelda", "ei oska vastata"),
            *("nežinau", "nezinau", "nežinoma", "nezinoma", "nėra duomenų", "neaišku", "sunku pasakyti"),
            *("не знаю", "неизвестно", "нет данных", "no data"),
        ),
        "unknown",
    ),
}

BLANKS: Final[dict[str, Blank]] = {
    **dict.fromkeys(
        (
            *(
                "?",
                "??",
                "???",
                "..",
                "…",
                "unknown",
                "don't know",
                "don’t know",
                "dont know",
                "do not know",
                "not known",
            ),
            *("no data", "no information", "n/d", "n.d", "nd", "tbd", "tbc", "to be confirmed", "not available"),
            *("nan", "#n/a", "not stated", "not specified", "ei tea", "teadmata", "pole teada", "ei ole teada"),
            *("info puudub", "andmed puuduvad", "andmeid pole", "andmeid ei ole", "teave puudub", "täpsustamisel"),
            *("määramata", "selgumisel", "ei oska öelda", "nežinau", "nezinau", "nežinoma", "nezinoma", "neaišku"),
            *("nėra duomenų", "nera duomenu", "duomenų nėra", "nėra informacijos", "informacijos nėra", "nenurodyta"),
            *("patikslinti", "tikslinama", "не знаю", "неизвестно", "нет данных", "нет информации", "не указано"),
        ),
        "unknown",
    ),
    **dict.fromkeys(
        (
            *("-", "--", "---", "–", "—", "−", "none", "nil", "null", "nothing", "ø"),
            *("puudub", "puuduvad", "pole", "ei ole", "mitte ühtegi", "nėra", "nera", "neturi", "neturime"),
            *("отсутствует", "не имеется"),
        ),
        "none",
    ),
    **dict.fromkeys(
        (
            *("n/a", "n.a", "n. a", "na", "not applicable", "does not apply", "irrelevant"),
            *("ei kohaldu", "ei kohaldata", "ei rakendu", "mittekohaldatav", "pole asjakohane", "ei ole asjakohane"),
            *("netaikoma", "netaikomas", "neaktualu", "netinka", "не применимо", "неприменимо"),
        ),
        "not-applicable",
    ),
}


def _months() -> dict[str, int]:
    listed = (
        "january|jan|jaanuar|jaanuari|jaanuaris|jaan|sausis|sausio|sausį|saus|январь|января",
        "february|feb|veebruar|veebruari|veebruaris|veebr|vasaris|vasario|vasarį|vas|февраль|февраля",
        "march|mar|märts|märtsi|märtsis|kovas|kovo|kovą|март|марта",
        "april|apr|aprill|aprilli|aprillis|balandis|balandžio|balandį|bal|апрель|апреля",
        "may|mai|mais|gegužė|gegužės|gegužę|geg|май|мая",
        "june|jun|juuni|juunis|birželis|birželio|birželį|birž|июнь|июня",
        "july|jul|juuli|juulis|liepa|liepos|liepą|июль|июля",
        "august|aug|augusti|augustis|rugpjūtis|rugpjūčio|rugpjūtį|rugpj|август|августа",
        "september|sep|sept|septembri|septembris|rugsėjis|rugsėjo|rugsėjį|rugs|сентябрь|сентября",
        "october|oct|oktoober|oktoobri|oktoobris|okt|spalis|spalio|spalį|spal|октябрь|октября",
        "november|nov|novembri|novembris|lapkritis|lapkričio|lapkritį|lapkr|ноябрь|ноября",
        "december|dec|detsember|detsembri|detsembris|dets|gruodis|gruodžio|gruodį|gruod|декабрь|декабря",
    )
    return {name: number for number, names in enumerate(listed, 1) for name in names.split("|")}


MONTHS: Final[dict[str, int]] = _months()
