#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Conda OCI Mirror authors
# SPDX-License-Identifier: BSD-3-Clause
"""Makes a right-to-left pseudo translation, 40 % longer than English: pseudo_translation.py FROM.ts TO.ts"""
import re
import sys
import xml.etree.ElementTree as ET

KEPT = re.compile(r"(%L?\d+|%n|&|\n)")
LETTERS = dict(zip("abcdefghijklmnopqrstuvwxyz", "אבגדהוזחטיכלמנסעפצקרשתךםןף"))


def pseudo(text):
    parts = [part if KEPT.fullmatch(part) else "".join(LETTERS.get(c.lower(), c) for c in part) for part in KEPT.split(text)]
    longer = "־" * (len(text) * 2 // 5)
    return "".join(parts) + longer


def main(source, target):
    tree = ET.parse(source)
    root = tree.getroot()
    root.set("language", "he")
    for message in root.iter("message"):
        text = message.findtext("source")
        translation = message.find("translation")
        translation.attrib.pop("type", None)
        for child in list(translation):
            translation.remove(child)
        translation.text = None
        if message.get("numerus") == "yes":
            for _ in range(4):  # Hebrew's forms
                ET.SubElement(translation, "numerusform").text = pseudo(text)
        else:
            translation.text = pseudo(text)
    # Qt asks for this to know the direction.
    context = ET.SubElement(root, "context")
    ET.SubElement(context, "name").text = "QGuiApplication"
    message = ET.SubElement(context, "message")
    ET.SubElement(message, "source").text = "QT_LAYOUT_DIRECTION"
    ET.SubElement(message, "translation").text = "RTL"
    tree.write(target, encoding="utf-8", xml_declaration=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
