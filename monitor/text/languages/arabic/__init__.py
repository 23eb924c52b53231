"""The language pack of Arabic."""

import re

from monitor.text.languages.name_cues import read_name_cues
from monitor.text.languages.pack import LanguagePack, NameRules, word_list
from monitor.text.languages.patterns import correction_pattern, title_pattern

PACK = LanguagePack(
    code="ar",
    stopwords=word_list(__name__, "stopwords.txt"),
    correction=correction_pattern(
        "تصحيح|تصويب|توضيح|استدراك|تنويه وتصحيح|اعتذار وتصحيح|إلغاء خبر|سحب خبر",
        "تصحيح|تصويب|توضيح|مصحح",
    ),
    correction_note=re.compile(
        "(?:تم|جرى) تصحيح (?:هذا|هذه) (?:المقال|الخبر|المادة|التقرير)|في نسخة سابقة من هذا (?:المقال|الخبر|التقرير)",
        re.IGNORECASE | re.MULTILINE,
    ),
    names=NameRules(
        titles=title_pattern(
            r"الرئيس|الوزير|الملك|الأمير|البابا|الشيخ|السلطان|المستشار|المستشارة|الجنرال|اللواء|السيناتور|السفير|"
            r"الدكتور|الدكتورة|السيد|السيدة",
        ),
        offices=word_list(__name__, "offices.txt"),
        event_noun=re.compile(r"^(?:منتدى|قمة|مؤتمر|دورة\sالألعاب|بطولة|كأس)\b"),
    ),
    name_cues=read_name_cues(
        __name__, given_names=("given_names_arabic.txt",), places="places_arabic.txt", has_capitals=False, article="ال"
    ),
)
