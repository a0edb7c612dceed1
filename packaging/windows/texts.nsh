# SPDX-FileCopyrightText: The Conda OCI Mirror authors
# SPDX-License-Identifier: BSD-3-Clause
#
# What the installer says, in UTF-8.

LangString PROGRAMS ${LANG_ENGLISH} "Programs"
LangString PROGRAMS ${LANG_GERMAN} "Programme"
LangString PROGRAMS_MORE ${LANG_ENGLISH} "The desktop application, and conda-oci for the command line."
LangString PROGRAMS_MORE ${LANG_GERMAN} "Die Desktop-Anwendung und conda-oci für die Befehlszeile."
LangString MENU ${LANG_ENGLISH} "Start menu entry"
LangString MENU ${LANG_GERMAN} "Eintrag im Startmenü"
LangString OPEN_WITH ${LANG_ENGLISH} "Offer to open lock files"
LangString OPEN_WITH ${LANG_GERMAN} "Zum Öffnen von Lock-Dateien anbieten"
LangString OPEN_WITH_MORE ${LANG_ENGLISH} "In the menu Open with. What a double click opens stays as it is."
LangString OPEN_WITH_MORE ${LANG_GERMAN} "Im Menü Öffnen mit. Was ein Doppelklick öffnet, bleibt, wie es ist."
LangString IN_PATH ${LANG_ENGLISH} "conda-oci in PATH"
LangString IN_PATH ${LANG_GERMAN} "conda-oci in PATH"
LangString IN_PATH_MORE ${LANG_ENGLISH} "So that every new console finds the command."
LangString IN_PATH_MORE ${LANG_GERMAN} "Damit jede neue Konsole den Befehl findet."
LangString SETTINGS ${LANG_ENGLISH} "Settings, list of transfers, kept indexes"
LangString SETTINGS ${LANG_GERMAN} "Einstellungen, Liste der Übertragungen, behaltene Indizes"
LangString SETTINGS_MORE ${LANG_ENGLISH} "Those of this account. Caches that you chose and passwords in the keychain stay."
LangString SETTINGS_MORE ${LANG_GERMAN} "Die dieses Kontos. Gewählte Caches und Passwörter im Schlüsselbund bleiben."
LangString NOT_OURS ${LANG_ENGLISH} "There are other files in $INSTDIR. Choose a new folder or an empty one."
LangString NOT_OURS ${LANG_GERMAN} "In $INSTDIR sind andere Dateien. Wählen Sie einen neuen oder leeren Ordner."
LangString RUNNING ${LANG_ENGLISH} "${NAME} is running. Close it, then try again."
LangString RUNNING ${LANG_GERMAN} "${NAME} läuft gerade. Beenden Sie es und versuchen Sie es dann noch einmal."
LangString NEEDS_X64 ${LANG_ENGLISH} "${NAME} needs a 64-bit Windows."
LangString NEEDS_X64 ${LANG_GERMAN} "${NAME} braucht ein 64-Bit-Windows."
