<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de_DE">
<context>
    <name>Application</name>
    <message>
        <source>Keeps conda packages in OCI registries: the desktop application. For scripts there is conda-oci.</source>
        <translation>Verwaltet Conda-Pakete in OCI-Registrys: die Desktop-Anwendung. Für Skripte gibt es conda-oci.</translation>
    </message>
    <message>
        <source>Lock files, whose packages are to be copied</source>
        <translation>Lock-Dateien, deren Pakete kopiert werden sollen</translation>
    </message>
</context>
<context>
    <name>RegistryTrial</name>
    <message>
        <source>The user name or the password is wrong: %1</source>
        <translation>Benutzername oder Passwort ist falsch: %1</translation>
    </message>
    <message>
        <source>The certificate is not trusted: %1</source>
        <translation>Das Zertifikat ist nicht vertrauenswürdig: %1</translation>
    </message>
    <message>
        <source>The registry was not reached: %1</source>
        <translation>Die Registry ist nicht erreichbar: %1</translation>
    </message>
    <message>
        <source>%1 is a folder that does not exist yet.</source>
        <translation>%1 ist ein Ordner, den es noch nicht gibt.</translation>
    </message>
    <message>
        <source>%1 is a folder; you may read and write there.</source>
        <translation>%1 ist ein Ordner; Sie dürfen dort lesen und schreiben.</translation>
    </message>
    <message>
        <source>%1 is a folder; you may not write there.</source>
        <translation>%1 ist ein Ordner; Sie dürfen dort nicht schreiben.</translation>
    </message>
    <message>
        <source>%1 asks to sign in.</source>
        <translation>%1 verlangt eine Anmeldung.</translation>
    </message>
    <message>
        <source>%1 asks nobody to sign in</source>
        <translation>%1 verlangt keine Anmeldung</translation>
    </message>
    <message>
        <source>Signed in to %1</source>
        <translation>Bei %1 angemeldet</translation>
    </message>
    <message>
        <source>%1; whether you may push is not known: %2</source>
        <translation>%1; ob Sie hochladen dürfen, ist nicht bekannt: %2</translation>
    </message>
    <message>
        <source>%1; you may pull and push.</source>
        <translation>%1; Sie dürfen herunter- und hochladen.</translation>
    </message>
    <message>
        <source>%1, but you may not push there.</source>
        <translation>%1, aber Sie dürfen dort nicht hochladen.</translation>
    </message>
</context>
<context>
    <name>Tables</name>
    <message>
        <source>Copy Ro&amp;ws</source>
        <translation>Zei&amp;len kopieren</translation>
    </message>
    <message>
        <source>Col&amp;umns</source>
        <translation>Spal&amp;ten</translation>
    </message>
</context>
<context>
    <name>Texts</name>
    <message numerus="yes">
        <source>%n second(s)</source>
        <translation>
            <numerusform>%n Sekunde</numerusform>
            <numerusform>%n Sekunden</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n minute(s)</source>
        <translation>
            <numerusform>%n Minute</numerusform>
            <numerusform>%n Minuten</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n hour(s)</source>
        <translation>
            <numerusform>%n Stunde</numerusform>
            <numerusform>%n Stunden</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>condaoci::app::SingleInstance</name>
    <message>
        <source>A second start will not find this window: %1</source>
        <translation>Ein zweiter Start wird dieses Fenster nicht finden: %1</translation>
    </message>
    <message>
        <source>The folder of the settings can&apos;t be written to</source>
        <translation>Der Ordner der Einstellungen ist nicht beschreibbar</translation>
    </message>
    <message>
        <source>Conda OCI Mirror is running already, but does not answer</source>
        <translation>Conda OCI Mirror läuft bereits, antwortet aber nicht</translation>
    </message>
</context>
<context>
    <name>condaoci::mirror::CopyJob</name>
    <message>
        <source>Reading indexes</source>
        <translation>Indizes werden gelesen</translation>
    </message>
    <message>
        <source>Copying packages</source>
        <translation>Pakete werden kopiert</translation>
    </message>
    <message>
        <source>Publishing the index</source>
        <translation>Index wird veröffentlicht</translation>
    </message>
    <message>
        <source>The index of %1 was not published</source>
        <translation>Der Index von %1 wurde nicht veröffentlicht</translation>
    </message>
    <message>
        <source>The index of noarch was not published</source>
        <translation>Der Index von noarch wurde nicht veröffentlicht</translation>
    </message>
    <message>
        <source>Waiting for another run</source>
        <translation>Warten auf einen anderen Lauf</translation>
    </message>
    <message>
        <source>This computer could not go on: %1</source>
        <translation>Dieser Computer konnte nicht weitermachen: %1</translation>
    </message>
</context>
<context>
    <name>condaoci::ui::AboutDialog</name>
    <message>
        <source>About Conda OCI Mirror</source>
        <translation>Über Conda OCI Mirror</translation>
    </message>
    <message>
        <source>Conda OCI Mirror</source>
        <translation>Conda OCI Mirror</translation>
    </message>
    <message>
        <source>Conda OCI Mirror %1</source>
        <translation>Conda OCI Mirror %1</translation>
    </message>
    <message>
        <source>Keeps conda packages in OCI registries: mirrors channels, fetches and sends packages, and checks every byte on the way.

Free software under the BSD 3-Clause licence.
Built on Qt, KArchive, zstd, simdjson, yaml-cpp, OpenSSL and QtKeychain.</source>
        <translation>Verwaltet Conda-Pakete in OCI-Registrys: spiegelt Kanäle, lädt Pakete herunter und hoch und prüft dabei jedes Byte.

Freie Software unter der BSD-3-Clause-Lizenz.
Beruht auf Qt, KArchive, zstd, simdjson, yaml-cpp, OpenSSL und QtKeychain.</translation>
    </message>
    <message>
        <source>Copy &amp;Versions</source>
        <translation>&amp;Versionen kopieren</translation>
    </message>
</context>
<context>
    <name>condaoci::ui::CacheModel</name>
    <message>
        <source>not verified</source>
        <translation>ungeprüft</translation>
    </message>
    <message>
        <source>verified</source>
        <translation>geprüft</translation>
    </message>
    <message>
        <source>damaged</source>
        <translation>beschädigt</translation>
    </message>
    <message>
        <source>not in the index</source>
        <translation>nicht im Index</translation>
    </message>
    <message>
        <source>missing</source>
        <translation>fehlt</translation>
    </message>
    <message>
        <source>unfinished download</source>
        <translation>unvollständiger Download</translation>
    </message>
    <message>
        <source>Package</source>
        <translation>Paket</translation>
    </message>
    <message>
        <source>Version</source>
        <translation>Version</translation>
    </message>
    <message>
        <source>Build</source>
        <translation>Build</translation>
    </message>
    <message>
        <source>Channel</source>
        <translation>Kanal</translation>
    </message>
    <message>
        <source>Platform</source>
        <translation>Plattform</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Status</translation>
    </message>
</context>
<context>
    <name>condaoci::ui::CachePage</name>
    <message>
        <source>Open a cache</source>
        <translation>Cache öffnen</translation>
    </message>
    <message>
        <source>Reading…</source>
        <translation>Wird gelesen…</translation>
    </message>
    <message numerus="yes">
        <source>%n package(s), %1, %2 free on the disk</source>
        <translation>
            <numerusform>%n Paket, %1; frei: %2</numerusform>
            <numerusform>%n Pakete, %1; frei: %2</numerusform>
        </translation>
    </message>
    <message>
        <source>an unknown amount</source>
        <translation>unbekannt</translation>
    </message>
    <message>
        <source>What takes the space</source>
        <translation>Speicherbelegung</translation>
    </message>
    <message>
        <source>Verifying…</source>
        <translation>Wird geprüft…</translation>
    </message>
    <message>
        <source>%1/%2 is %3</source>
        <translation>%1/%2: %3</translation>
    </message>
    <message>
        <source>%1 verified.</source>
        <translation>%1 geprüft.</translation>
    </message>
    <message>
        <source>⚠ %1 %2 wrong: %3</source>
        <translation>⚠ %1 %2 fehlerhaft: %3</translation>
    </message>
    <message>
        <source>Delete packages</source>
        <translation>Pakete löschen</translation>
    </message>
    <message numerus="yes">
        <source>Delete %n file(s) (%1) from this computer? Their records leave the index.</source>
        <translation>
            <numerusform>%n Datei (%1) von diesem Computer löschen? Ihr Eintrag wird aus dem Index entfernt.</numerusform>
            <numerusform>%n Dateien (%1) von diesem Computer löschen? Ihre Einträge werden aus dem Index entfernt.</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;Delete</source>
        <translation>&amp;Löschen</translation>
    </message>
    <message>
        <source>Part of a package&apos;s file name</source>
        <translation>Teil des Paketdateinamens</translation>
    </message>
    <message>
        <source>&amp;Verify</source>
        <translation>&amp;Prüfen</translation>
    </message>
    <message>
        <source>Read every file and compare its sum with the index (Ctrl+Return)</source>
        <translation>Jede Datei lesen und ihre Prüfsumme mit dem Index vergleichen (Strg+Return)</translation>
    </message>
    <message>
        <source>Pu&amp;sh…</source>
        <translation>Hoch&amp;laden…</translation>
    </message>
    <message>
        <source>Send the selected packages, or what is new, to a registry</source>
        <translation>Die ausgewählten Pakete oder alles Neue in eine Registry hochladen</translation>
    </message>
    <message>
        <source>&amp;Delete…</source>
        <translation>Lö&amp;schen…</translation>
    </message>
    <message>
        <source>Show in File &amp;Manager</source>
        <translation>Im &amp;Dateimanager anzeigen</translation>
    </message>
    <message>
        <source>&amp;Copy Channel URL</source>
        <translation>Kanal-&amp;URL kopieren</translation>
    </message>
    <message>
        <source>Re&amp;fresh</source>
        <translation>Ak&amp;tualisieren</translation>
    </message>
    <message>
        <source>&amp;Open a Cache…</source>
        <translation>Cache ö&amp;ffnen…</translation>
    </message>
    <message>
        <source>&amp;Remove from the List</source>
        <translation>Aus der Liste &amp;entfernen</translation>
    </message>
    <message>
        <source>A cache is a folder of conda packages that conda, mamba and pixi install from. Pull some, or open one that is there.</source>
        <translation>Ein Cache ist ein Ordner mit Conda-Paketen, aus dem conda, mamba und pixi installieren. Laden Sie Pakete herunter oder öffnen Sie einen vorhandenen Cache.</translation>
    </message>
    <message>
        <source>Cache</source>
        <translation>Cache</translation>
    </message>
    <message>
        <source>Files of the cache</source>
        <translation>Dateien des Caches</translation>
    </message>
    <message>
        <source>U&amp;p</source>
        <translation>Nach &amp;oben</translation>
    </message>
    <message>
        <source>Verified so far</source>
        <translation>Bisher geprüft</translation>
    </message>
    <message>
        <source>Show Only Dama&amp;ged</source>
        <translation>&amp;Nur beschädigte</translation>
    </message>
    <message>
        <source>Stop Verif&amp;ying</source>
        <translation>Prüfen a&amp;bbrechen</translation>
    </message>
</context>
<context>
    <name>condaoci::ui::ChannelsPage</name>
    <message>
        <source>%1 has nothing for %2</source>
        <translation>%1 enthält nichts für %2</translation>
    </message>
    <message>
        <source>⚠ %1</source>
        <translation>⚠ %1</translation>
    </message>
    <message>
        <source>Choose a channel and a platform.</source>
        <translation>Wählen Sie einen Kanal und eine Plattform.</translation>
    </message>
    <message>
        <source>Reading the index of %1…</source>
        <translation>Index von %1 wird gelesen…</translation>
    </message>
    <message>
        <source>%1 packages</source>
        <translation>Pakete: %1</translation>
    </message>
    <message>
        <source>%1 of %2 packages</source>
        <translation>%1 von %2 Paketen</translation>
    </message>
    <message>
        <source>%1, %2 selected (%3)</source>
        <translation>%1, %2 ausgewählt (%3)</translation>
    </message>
    <message>
        <source>zlib, py*, or numpy&gt;=1.26</source>
        <translation>zlib, py* oder numpy&gt;=1.26</translation>
    </message>
    <message>
        <source>Type a channel&apos;s name above, for example conda-forge, or the address or folder of one.</source>
        <translation>Geben Sie oben den Namen eines Kanals ein, zum Beispiel conda-forge, oder seine Adresse oder seinen Ordner.</translation>
    </message>
    <message>
        <source>&amp;Open Channel</source>
        <translation>Kanal ö&amp;ffnen</translation>
    </message>
    <message>
        <source>&amp;Remove Channel</source>
        <translation>Kanal &amp;entfernen</translation>
    </message>
    <message>
        <source>Re&amp;fresh</source>
        <translation>Ak&amp;tualisieren</translation>
    </message>
    <message>
        <source>&amp;Mirror Selected…</source>
        <translation>Aus&amp;wahl spiegeln…</translation>
    </message>
    <message>
        <source>Mirror &amp;Everything…</source>
        <translation>&amp;Alles spiegeln…</translation>
    </message>
    <message>
        <source>&amp;Copy as Command Line</source>
        <translation>&amp;Befehl kopieren</translation>
    </message>
    <message>
        <source>Select &amp;All Shown</source>
        <translation>Alle an&amp;gezeigten auswählen</translation>
    </message>
    <message>
        <source>C&amp;lear Selection</source>
        <translation>Auswahl auf&amp;heben</translation>
    </message>
    <message>
        <source>Channel</source>
        <translation>Kanal</translation>
    </message>
    <message>
        <source>conda-forge, a URL, or a folder</source>
        <translation>conda-forge, eine URL oder ein Ordner</translation>
    </message>
    <message>
        <source>Platforms</source>
        <translation>Plattformen</translation>
    </message>
    <message>
        <source>Platforms that are shown</source>
        <translation>Angezeigte Plattformen</translation>
    </message>
    <message>
        <source>Compare with the registry</source>
        <translation>Mit der Registry vergleichen</translation>
    </message>
    <message>
        <source>The State column says what of the channel is in this registry</source>
        <translation>Die Spalte „Status“ zeigt, was vom Kanal in dieser Registry ist</translation>
    </message>
    <message>
        <source>Compare &amp;with</source>
        <translation>Vergleichen &amp;mit</translation>
    </message>
    <message>
        <source>Reading the index</source>
        <translation>Index wird gelesen</translation>
    </message>
    <message>
        <source>Packages of the channel</source>
        <translation>Pakete des Kanals</translation>
    </message>
    <message>
        <source>nothing</source>
        <translation>nichts</translation>
    </message>
    <message>
        <source>Inside %1</source>
        <translation>Inhalt von %1</translation>
    </message>
    <message>
        <source>Look &amp;Inside…</source>
        <translation>Hinein&amp;sehen…</translation>
    </message>
    <message>
        <source>The files of info/ and the manifest, as they stand in the registry (Ctrl+I)</source>
        <translation>Die Dateien von info/ und das Manifest, wie sie in der Registry stehen (Strg+I)</translation>
    </message>
</context>
<context>
    <name>condaoci::ui::CopyDialog</name>
    <message>
        <source>Reading…</source>
        <translation>Wird gelesen…</translation>
    </message>
    <message numerus="yes">
        <source>Exactly %n package(s) of %1</source>
        <translation>
            <numerusform>Genau %n Paket aus %1</numerusform>
            <numerusform>Genau %n Pakete aus %1</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1; %n other(s) are not of this channel and are left out</source>
        <translation>
            <numerusform>%1; %n weiteres ist nicht aus diesem Kanal und wird ausgelassen</numerusform>
            <numerusform>%1; %n weitere sind nicht aus diesem Kanal und werden ausgelassen</numerusform>
        </translation>
    </message>
    <message>
        <source>⚠ %1</source>
        <translation>⚠ %1</translation>
    </message>
    <message numerus="yes">
        <source>%n package(s) to copy (%1), %2 there already.</source>
        <translation>
            <numerusform>%n Paket zu kopieren (%1), %2 bereits vorhanden.</numerusform>
            <numerusform>%n Pakete zu kopieren (%1), %2 bereits vorhanden.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n package(s) can&apos;t be copied.</source>
        <translation>
            <numerusform>%n Paket kann nicht kopiert werden.</numerusform>
            <numerusform>%n Pakete können nicht kopiert werden.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n entry(s) of the lock file are not of this channel and are skipped.</source>
        <translation>
            <numerusform>%n Eintrag der Lock-Datei ist nicht aus diesem Kanal und wird übersprungen.</numerusform>
            <numerusform>%n Einträge der Lock-Datei sind nicht aus diesem Kanal und werden übersprungen.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n package(s) are left out because their licences forbid mirroring.</source>
        <translation>
            <numerusform>%n Paket wird ausgelassen, weil seine Lizenz das Spiegeln verbietet.</numerusform>
            <numerusform>%n Pakete werden ausgelassen, weil ihre Lizenzen das Spiegeln verbieten.</numerusform>
        </translation>
    </message>
    <message>
        <source>The channel has nothing for %1.</source>
        <translation>Der Kanal enthält nichts für %1.</translation>
    </message>
    <message>
        <source>That does not fit: %1 are free on the disk.</source>
        <translation>Das passt nicht: Auf dem Datenträger sind nur %1 frei.</translation>
    </message>
    <message>
        <source>%1 are free on the disk.</source>
        <translation>Auf dem Datenträger sind %1 frei.</translation>
    </message>
    <message>
        <source>Mirror a channel into a registry</source>
        <translation>Kanal in eine Registry spiegeln</translation>
    </message>
    <message>
        <source>Pull packages from a registry</source>
        <translation>Pakete aus einer Registry herunterladen</translation>
    </message>
    <message>
        <source>Push packages to a registry</source>
        <translation>Pakete in eine Registry hochladen</translation>
    </message>
    <message>
        <source>conda-forge, a URL, or a folder</source>
        <translation>conda-forge, eine URL oder ein Ordner</translation>
    </message>
    <message>
        <source>ghcr.io/myorg or oci-layout:FOLDER</source>
        <translation>ghcr.io/myorg oder oci-layout:ORDNER</translation>
    </message>
    <message>
        <source>A folder on this computer</source>
        <translation>Ein Ordner auf diesem Computer</translation>
    </message>
    <message>
        <source>Choose a folder</source>
        <translation>Ordner wählen</translation>
    </message>
    <message>
        <source>Cache folder</source>
        <translation>Cache-Ordner</translation>
    </message>
    <message>
        <source>From &amp;registry</source>
        <translation>Aus &amp;Registry</translation>
    </message>
    <message>
        <source>C&amp;hannel</source>
        <translation>&amp;Kanal</translation>
    </message>
    <message>
        <source>Into cache &amp;folder</source>
        <translation>In Cache-&amp;Ordner</translation>
    </message>
    <message>
        <source>From cache &amp;folder</source>
        <translation>Aus Cache-&amp;Ordner</translation>
    </message>
    <message>
        <source>To &amp;registry</source>
        <translation>In &amp;Registry</translation>
    </message>
    <message>
        <source>From c&amp;hannel</source>
        <translation>Aus &amp;Kanal</translation>
    </message>
    <message>
        <source>Platform %1</source>
        <translation>Plattform %1</translation>
    </message>
    <message>
        <source>Other platforms</source>
        <translation>Andere Plattformen</translation>
    </message>
    <message>
        <source>others</source>
        <translation>andere</translation>
    </message>
    <message>
        <source>&amp;Platforms</source>
        <translation>&amp;Plattformen</translation>
    </message>
    <message>
        <source>Packages</source>
        <translation>Pakete</translation>
    </message>
    <message>
        <source>All packages. Or one a line: zlib, py*, numpy&gt;=1.26,&lt;2, python=3.12.*=*_cpython</source>
        <translation>Alle Pakete. Oder eins pro Zeile: zlib, py*, numpy&gt;=1.26,&lt;2, python=3.12.*=*_cpython</translation>
    </message>
    <message>
        <source>Pac&amp;kages</source>
        <translation>Pak&amp;ete</translation>
    </message>
    <message>
        <source>Lock files</source>
        <translation>Lock-Dateien</translation>
    </message>
    <message>
        <source>&amp;Lock File…</source>
        <translation>Lock-&amp;Datei…</translation>
    </message>
    <message>
        <source>Exactly what a pixi.lock, conda-lock.yml or @EXPLICIT list names; it can be dropped here, too</source>
        <translation>Genau die Pakete aus einer pixi.lock, conda-lock.yml oder @EXPLICIT-Liste; die Datei lässt sich auch hierher ziehen</translation>
    </message>
    <message>
        <source>Remo&amp;ve</source>
        <translation>Ent&amp;fernen</translation>
    </message>
    <message>
        <source>Remove the lock file</source>
        <translation>Lock-Datei entfernen</translation>
    </message>
    <message>
        <source>Open a lock file</source>
        <translation>Lock-Datei öffnen</translation>
    </message>
    <message>
        <source>&amp;Options</source>
        <translation>Op&amp;tionen</translation>
    </message>
    <message>
        <source>And everything that the &amp;selection depends on</source>
        <translation>Auch alle Ab&amp;hängigkeiten der Auswahl</translation>
    </message>
    <message>
        <source>Transitively, within the chosen platforms and noarch</source>
        <translation>Transitiv, innerhalb der gewählten Plattformen und noarch</translation>
    </message>
    <message>
        <source>Packages that were removed from the channel&apos;s &amp;index, too</source>
        <translation>Auch aus dem Kanal-&amp;Index entfernte Pakete</translation>
    </message>
    <message>
        <source>They are copied, and are not in the mirror&apos;s index</source>
        <translation>Sie werden kopiert, stehen aber nicht im Index des Spiegels</translation>
    </message>
    <message>
        <source>Also the records of packages that are not in the registry, as the Python tool did</source>
        <translation>Auch die Einträge von Paketen, die nicht in der Registry sind, wie beim Python-Werkzeug</translation>
    </message>
    <message>
        <source>&amp;All versions</source>
        <translation>Alle &amp;Versionen</translation>
    </message>
    <message>
        <source>Otherwise of each name the newest version, of it the highest build number</source>
        <translation>Sonst je Name nur die neueste Version mit der höchsten Build-Nummer</translation>
    </message>
    <message>
        <source>&amp;Every package, whatever an index lists</source>
        <translation>&amp;Jedes Paket, unabhängig vom Index</translation>
    </message>
    <message>
        <source>Otherwise what the registry&apos;s index lacks</source>
        <translation>Sonst nur, was im Index der Registry fehlt</translation>
    </message>
    <message>
        <source>&amp;Believe no index</source>
        <translation>Keinem Inde&amp;x vertrauen</translation>
    </message>
    <message>
        <source>as the channel itself</source>
        <translation>wie der Kanal selbst</translation>
    </message>
    <message>
        <source>&amp;Name there</source>
        <translation>Abweichender &amp;Name</translation>
    </message>
    <message>
        <source>Packages at a &amp;time</source>
        <translation>Pakete gleich&amp;zeitig</translation>
    </message>
    <message>
        <source>Reading indexes</source>
        <translation>Indizes werden gelesen</translation>
    </message>
    <message>
        <source>What would happen</source>
        <translation>Was geschehen würde</translation>
    </message>
    <message>
        <source>&amp;Mirror</source>
        <translation>&amp;Spiegeln</translation>
    </message>
    <message>
        <source>P&amp;ull</source>
        <translation>Herunter&amp;laden</translation>
    </message>
    <message>
        <source>P&amp;ush</source>
        <translation>Hoch&amp;laden</translation>
    </message>
    <message>
        <source>Previe&amp;w</source>
        <translation>Vorscha&amp;u</translation>
    </message>
    <message>
        <source>Show what would happen; reads indexes only and writes nothing</source>
        <translation>Zeigt, was geschehen würde; liest nur Indizes und schreibt nichts</translation>
    </message>
    <message>
        <source>&amp;Copy as Command Line</source>
        <translation>&amp;Befehl kopieren</translation>
    </message>
    <message>
        <source>Si&amp;gn In…</source>
        <translation>An&amp;melden…</translation>
    </message>
    <message>
        <source>The command line is in the clipboard.</source>
        <translation>Der Befehl ist in der Zwischenablage.</translation>
    </message>
    <message>
        <source>Publish the channel&apos;s whole inde&amp;x</source>
        <translation>&amp;Gesamten Index des Kanals veröffentlichen</translation>
    </message>
    <message>
        <source>Ask the registr&amp;y for each planned package</source>
        <translation>Die Registr&amp;y nach jedem geplanten Paket fragen</translation>
    </message>
</context>
<context>
    <name>condaoci::ui::CredentialsDialog</name>
    <message>
        <source>Sign in to a registry</source>
        <translation>Bei einer Registry anmelden</translation>
    </message>
    <message>
        <source>ghcr.io/myorg</source>
        <translation>ghcr.io/myorg</translation>
    </message>
    <message>
        <source>Show the password</source>
        <translation>Passwort anzeigen</translation>
    </message>
    <message>
        <source>&amp;Registry</source>
        <translation>&amp;Registry</translation>
    </message>
    <message>
        <source>&amp;User</source>
        <translation>&amp;Benutzer</translation>
    </message>
    <message>
        <source>&amp;Password or token</source>
        <translation>&amp;Passwort oder Token</translation>
    </message>
    <message>
        <source>Asking the registry</source>
        <translation>Registry wird gefragt</translation>
    </message>
    <message>
        <source>&amp;Import from Docker or Podman</source>
        <translation>Aus Docker/Podman &amp;importieren</translation>
    </message>
    <message>
        <source>&amp;Test Connection</source>
        <translation>Verbindung &amp;testen</translation>
    </message>
    <message>
        <source>&amp;Save to Keychain</source>
        <translation>Im &amp;Schlüsselbund speichern</translation>
    </message>
    <message>
        <source>ghcr.io wants your GitHub user name and a classic personal access token with the scopes read:packages and write:packages.</source>
        <translation>ghcr.io verlangt Ihren GitHub-Benutzernamen und ein klassisches persönliches Zugriffstoken mit den Berechtigungen read:packages und write:packages.</translation>
    </message>
    <message>
        <source>Taken from %1. Test it, or save it.</source>
        <translation>Aus %1 übernommen. Jetzt testen oder speichern.</translation>
    </message>
    <message>
        <source>⚠ %1</source>
        <translation>⚠ %1</translation>
    </message>
    <message>
        <source>Nobody signs in to an image layout: it is a folder.</source>
        <translation>Ein Image-Layout verlangt keine Anmeldung: Es ist ein Ordner.</translation>
    </message>
    <message>
        <source>A user name and a password are needed.</source>
        <translation>Benutzername und Passwort sind nötig.</translation>
    </message>
    <message>
        <source>%1 There is no keychain that can be used (%2): the password is kept until the program ends, and nowhere else.</source>
        <translation>%1 Es gibt keinen nutzbaren Schlüsselbund (%2): Das Passwort bleibt nur bis zum Programmende erhalten.</translation>
    </message>
    <message>
        <source>%1 No password is needed.</source>
        <translation>%1 Es ist kein Passwort nötig.</translation>
    </message>
    <message>
        <source>&amp;Accept This Certificate</source>
        <translation>&amp;Dieses Zertifikat akzeptieren</translation>
    </message>
    <message>
        <source>For this registry, and this very certificate only. Compare its sum with what the registry&apos;s people say.</source>
        <translation>Nur für diese Registry und genau dieses Zertifikat. Vergleichen Sie die Prüfsumme mit der, die der Betreiber nennt.</translation>
    </message>
</context>
<context>
    <name>condaoci::ui::ErrorStrip</name>
    <message>
        <source>Dismiss A&amp;ll</source>
        <translation>A&amp;lle ausblenden</translation>
    </message>
    <message>
        <source>Problems</source>
        <translation>Probleme</translation>
    </message>
    <message>
        <source>Problem</source>
        <translation>Problem</translation>
    </message>
    <message>
        <source>Previous problem</source>
        <translation>Voriges Problem</translation>
    </message>
    <message>
        <source>Next problem</source>
        <translation>Nächstes Problem</translation>
    </message>
    <message>
        <source>What can be done</source>
        <translation>Mögliche Aktion</translation>
    </message>
    <message numerus="yes">
        <source>%1 (%n time(s))</source>
        <translation>
            <numerusform>%1 (%n-mal)</numerusform>
            <numerusform>%1 (%n-mal)</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>Dis&amp;miss</source>
        <translation>A&amp;usblenden</translation>
    </message>
</context>
<context>
    <name>condaoci::ui::FilesModel</name>
    <message>
        <source>waiting</source>
        <translation>wartet</translation>
    </message>
    <message>
        <source>copying</source>
        <translation>wird kopiert</translation>
    </message>
    <message>
        <source>copied</source>
        <translation>kopiert</translation>
    </message>
    <message>
        <source>there already</source>
        <translation>bereits vorhanden</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>fehlgeschlagen</translation>
    </message>
    <message>
        <source>stopped</source>
        <translation>gestoppt</translation>
    </message>
    <message>
        <source>failed: %1</source>
        <translation>fehlgeschlagen: %1</translation>
    </message>
    <message>
        <source>Package</source>
        <translation>Paket</translation>
    </message>
    <message>
        <source>Platform</source>
        <translation>Plattform</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>Fortschritt</translation>
    </message>
    <message>
        <source>Attempts</source>
        <translation>Versuche</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Status</translation>
    </message>
</context>
<context>
    <name>condaoci::ui::FirstStart</name>
    <message>
        <source>Try it</source>
        <translation>Ausprobieren</translation>
    </message>
    <message>
        <source>Mirrors a small sample channel into a folder on this computer and shows what stands there then. No network, no account.</source>
        <translation>Spiegelt einen kleinen Beispielkanal in einen Ordner auf diesem Computer und zeigt, was dann dort liegt. Ohne Netz, ohne Konto.</translation>
    </message>
    <message>
        <source>Add a registry</source>
        <translation>Registry hinzufügen</translation>
    </message>
    <message>
        <source>Sign in to ghcr.io, Harbor, Artifactory, Zot or any other OCI registry, to mirror channels into it or to look at what is there.</source>
        <translation>Melden Sie sich bei ghcr.io, Harbor, Artifactory, Zot oder einer anderen OCI-Registry an, um Kanäle dorthin zu spiegeln oder den Inhalt anzusehen.</translation>
    </message>
    <message>
        <source>Open a cache</source>
        <translation>Cache öffnen</translation>
    </message>
    <message>
        <source>Look at a folder of conda packages, check every one of them, and send them to a registry.</source>
        <translation>Sehen Sie einen Ordner mit Conda-Paketen an, prüfen Sie jedes davon und laden Sie sie in eine Registry hoch.</translation>
    </message>
    <message>
        <source>Open a &amp;Cache…</source>
        <translation>&amp;Cache öffnen…</translation>
    </message>
    <message>
        <source>Conda packages in OCI registries</source>
        <translation>Conda-Pakete in OCI-Registrys</translation>
    </message>
    <message>
        <source>Choose where to begin. A lock file (pixi.lock, conda-lock.yml) can be dropped here at any time.</source>
        <translation>Wählen Sie, womit Sie beginnen. Eine Lock-Datei (pixi.lock, conda-lock.yml) lässt sich jederzeit hierher ziehen.</translation>
    </message>
    <message>
        <source>Tr&amp;y It</source>
        <translation>Aus&amp;probieren</translation>
    </message>
    <message>
        <source>Add a &amp;Registry…</source>
        <translation>&amp;Registry hinzufügen…</translation>
    </message>
</context>
<context>
    <name>condaoci::ui::Inspector</name>
    <message>
        <source>index.json</source>
        <translation>index.json</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>Schlüssel</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>Wert</translation>
    </message>
    <message>
        <source>Layers</source>
        <translation>Layer</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>Titel</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>Media type</source>
        <translation>Medientyp</translation>
    </message>
    <message>
        <source>Digest</source>
        <translation>Digest</translation>
    </message>
    <message>
        <source>Files of info/</source>
        <translation>Dateien in info/</translation>
    </message>
    <message>
        <source>Content of the file</source>
        <translation>Inhalt der Datei</translation>
    </message>
    <message>
        <source>Parts of the package</source>
        <translation>Teile des Pakets</translation>
    </message>
    <message>
        <source>inde&amp;x.json</source>
        <translation>inde&amp;x.json</translation>
    </message>
    <message>
        <source>i&amp;nfo/</source>
        <translation>i&amp;nfo/</translation>
    </message>
    <message>
        <source>La&amp;yers</source>
        <translation>La&amp;yer</translation>
    </message>
    <message>
        <source>Open a registry, a channel, a platform and a package, and choose a build to look into it.</source>
        <translation>Öffnen Sie eine Registry, einen Kanal, eine Plattform und ein Paket und wählen Sie einen Build, um hineinzusehen.</translation>
    </message>
    <message>
        <source>Reading…</source>
        <translation>Wird gelesen…</translation>
    </message>
    <message>
        <source>⚠ %1</source>
        <translation>⚠ %1</translation>
    </message>
    <message>
        <source>Manifest: %1</source>
        <translation>Manifest: %1</translation>
    </message>
    <message>
        <source>⚠ info/: %1</source>
        <translation>⚠ info/: %1</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>A link to %1</source>
        <translation>Link auf %1</translation>
    </message>
    <message>
        <source>This file is not text.</source>
        <translation>Diese Datei ist kein Text.</translation>
    </message>
    <message>
        <source>… and so on, %1 in all</source>
        <translation>… und so weiter, insgesamt %1</translation>
    </message>
</context>
<context>
    <name>condaoci::ui::JobsModel</name>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>%1/s</source>
        <translation>%1/s</translation>
    </message>
    <message>
        <source>%1 percent</source>
        <translation>%1 Prozent</translation>
    </message>
    <message>
        <source>Transfer</source>
        <translation>Übertragung</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Status</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>Fortschritt</translation>
    </message>
    <message>
        <source>Packages</source>
        <translation>Pakete</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>Speed</source>
        <translation>Datenrate</translation>
    </message>
    <message>
        <source>Time left</source>
        <translation>Restzeit</translation>
    </message>
    <message>
        <source>Started</source>
        <translation>Begonnen</translation>
    </message>
</context>
<context>
    <name>condaoci::ui::MainWindow</name>
    <message>
        <source>Conda OCI Mirror</source>
        <translation>Conda OCI Mirror</translation>
    </message>
    <message>
        <source>Views</source>
        <translation>Ansichten</translation>
    </message>
    <message>
        <source>%1 (Ctrl+%2)</source>
        <translation>%1 (Strg+%2)</translation>
    </message>
    <message>
        <source>Channels</source>
        <translation>Kanäle</translation>
    </message>
    <message>
        <source>Registries</source>
        <translation>Registrys</translation>
    </message>
    <message>
        <source>Cache</source>
        <translation>Cache</translation>
    </message>
    <message>
        <source>Transfers</source>
        <translation>Übertragungen</translation>
    </message>
    <message>
        <source>Open a cache</source>
        <translation>Cache öffnen</translation>
    </message>
    <message>
        <source>&amp;Mirror…</source>
        <translation>&amp;Spiegeln…</translation>
    </message>
    <message>
        <source>Copy a conda channel into a registry (Ctrl+M)</source>
        <translation>Einen Conda-Kanal in eine Registry kopieren (Strg+M)</translation>
    </message>
    <message>
        <source>P&amp;ull…</source>
        <translation>&amp;Herunterladen…</translation>
    </message>
    <message>
        <source>Fetch packages from a registry into a folder (Ctrl+U)</source>
        <translation>Pakete aus einer Registry in einen Ordner herunterladen (Strg+U)</translation>
    </message>
    <message>
        <source>Pu&amp;sh…</source>
        <translation>Hoch&amp;laden…</translation>
    </message>
    <message>
        <source>Send packages from a folder to a registry (Ctrl+P)</source>
        <translation>Pakete aus einem Ordner in eine Registry hochladen (Strg+P)</translation>
    </message>
    <message>
        <source>&amp;Open a Lock File…</source>
        <translation>Lock-Datei ö&amp;ffnen…</translation>
    </message>
    <message>
        <source>Pre&amp;ferences…</source>
        <translation>&amp;Einstellungen…</translation>
    </message>
    <message>
        <source>&amp;About Conda OCI Mirror</source>
        <translation>Ü&amp;ber Conda OCI Mirror</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>&amp;Beenden</translation>
    </message>
    <message>
        <source>Open a lock file</source>
        <translation>Lock-Datei öffnen</translation>
    </message>
    <message>
        <source>Lock files (*.lock *.yml *.yaml *.txt);;All files (*)</source>
        <translation>Lock-Dateien (*.lock *.yml *.yaml *.txt);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Datei</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Ansicht</translation>
    </message>
    <message>
        <source>&amp;Filter</source>
        <translation>&amp;Filter</translation>
    </message>
    <message>
        <source>&amp;Actions</source>
        <translation>A&amp;ktionen</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;Hilfe</translation>
    </message>
    <message>
        <source>Main tool bar</source>
        <translation>Hauptwerkzeugleiste</translation>
    </message>
    <message>
        <source>Filter</source>
        <translation>Filter</translation>
    </message>
    <message>
        <source>Preferences</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>⚠ %1</source>
        <translation>⚠ %1</translation>
    </message>
    <message>
        <source>The sample channel was not unpacked: %1</source>
        <translation>Der Beispielkanal wurde nicht entpackt: %1</translation>
    </message>
    <message numerus="yes">
        <source>%n package(s) failed: %1</source>
        <translation>
            <numerusform>%n Paket fehlgeschlagen: %1</numerusform>
            <numerusform>%n Pakete fehlgeschlagen: %1</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;Show</source>
        <translation>An&amp;zeigen</translation>
    </message>
    <message>
        <source>%1 failed: %2</source>
        <translation>%1 fehlgeschlagen: %2</translation>
    </message>
    <message>
        <source>A transfer is running</source>
        <translation>Eine Übertragung läuft</translation>
    </message>
    <message>
        <source>Packages are still being copied. What is there when you stop stays there, and running the transfer again goes on from it.</source>
        <translation>Es werden noch Pakete kopiert. Was beim Stoppen schon kopiert ist, bleibt erhalten; ein erneuter Start der Übertragung setzt dort fort.</translation>
    </message>
    <message>
        <source>&amp;Go On in the Background</source>
        <translation>Im &amp;Hintergrund fortfahren</translation>
    </message>
    <message>
        <source>&amp;Stop and Quit</source>
        <translation>&amp;Stoppen und beenden</translation>
    </message>
    <message>
        <source>&amp;Keep the Window</source>
        <translation>&amp;Fenster offen lassen</translation>
    </message>
    <message>
        <source>Conda OCI Mirror is copying packages</source>
        <translation>Conda OCI Mirror kopiert Pakete</translation>
    </message>
    <message>
        <source>&amp;Show the Window</source>
        <translation>&amp;Fenster anzeigen</translation>
    </message>
    <message>
        <source>S&amp;top and Quit</source>
        <translation>&amp;Stoppen und beenden</translation>
    </message>
</context>
<context>
    <name>condaoci::ui::PlanModel</name>
    <message>
        <source>can&apos;t be copied: %1</source>
        <translation>nicht kopierbar: %1</translation>
    </message>
    <message>
        <source>skipped: %1</source>
        <translation>übersprungen: %1</translation>
    </message>
    <message>
        <source>copy, needed by %1</source>
        <translation>kopieren, benötigt von %1</translation>
    </message>
    <message>
        <source>copy, removed from the channel&apos;s index</source>
        <translation>kopieren, aus dem Kanal-Index entfernt</translation>
    </message>
    <message>
        <source>copy</source>
        <translation>kopieren</translation>
    </message>
    <message>
        <source>Package</source>
        <translation>Paket</translation>
    </message>
    <message>
        <source>Platform</source>
        <translation>Plattform</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>What happens</source>
        <translation>Was geschieht</translation>
    </message>
</context>
<context>
    <name>condaoci::ui::PreferencesDialog</name>
    <message>
        <source>Preferences</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source> ms</source>
        <translation> ms</translation>
    </message>
    <message>
        <source>as the registry allows</source>
        <translation>wie die Registry erlaubt</translation>
    </message>
    <message>
        <source>the first that was added</source>
        <translation>die zuerst hinzugefügte</translation>
    </message>
    <message>
        <source>the first that was opened</source>
        <translation>der zuerst geöffnete</translation>
    </message>
    <message>
        <source>Ask</source>
        <translation>Fragen</translation>
    </message>
    <message>
        <source>Go on in the background</source>
        <translation>Im Hintergrund fortfahren</translation>
    </message>
    <message>
        <source>Stop the transfer</source>
        <translation>Übertragung stoppen</translation>
    </message>
    <message>
        <source>Packages at a &amp;time</source>
        <translation>Pakete gleich&amp;zeitig</translation>
    </message>
    <message>
        <source>&amp;Least time between requests</source>
        <translation>&amp;Mindestabstand der Anfragen</translation>
    </message>
    <message>
        <source>New copies use the &amp;registry</source>
        <translation>&amp;Registry für neue Kopien</translation>
    </message>
    <message>
        <source>New copies use the &amp;folder</source>
        <translation>Or&amp;dner für neue Kopien</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>Wie das System</translation>
    </message>
    <message>
        <source>From the next start on</source>
        <translation>Gilt ab dem nächsten Start</translation>
    </message>
    <message>
        <source>none; a PEM file</source>
        <translation>keine; eine PEM-Datei</translation>
    </message>
    <message>
        <source>in the certificate&apos;s file</source>
        <translation>in der Datei des Zertifikats</translation>
    </message>
    <message>
        <source>Closing &amp;while a transfer runs</source>
        <translation>&amp;Beim Schließen während einer Übertragung</translation>
    </message>
    <message>
        <source>Also trust the certificates &amp;in</source>
        <translation>Auch &amp;vertrauen den Zertifikaten in</translation>
    </message>
    <message>
        <source>Own certific&amp;ate</source>
        <translation>Ei&amp;genes Zertifikat</translation>
    </message>
    <message>
        <source>Its &amp;key</source>
        <translation>Dessen Schlüsse&amp;l</translation>
    </message>
    <message>
        <source>Lan&amp;guage, from the next start on</source>
        <translation>&amp;Sprache (ab dem nächsten Start)</translation>
    </message>
</context>
<context>
    <name>condaoci::ui::ProgressDelegate</name>
    <message>
        <source>%1 %</source>
        <translation>%1&#xa0;%</translation>
    </message>
</context>
<context>
    <name>condaoci::ui::RecordPanel</name>
    <message>
        <source>Depends on</source>
        <translation>Abhängigkeiten</translation>
    </message>
    <message>
        <source>Enter or double click shows the packages that fit</source>
        <translation>Eingabetaste oder Doppelklick zeigt die passenden Pakete</translation>
    </message>
    <message>
        <source>Choose a package to see what the channel says of it.</source>
        <translation>Wählen Sie ein Paket, um die Angaben des Kanals dazu zu sehen.</translation>
    </message>
    <message>
        <source>not said</source>
        <translation>keine Angabe</translation>
    </message>
    <message>
        <source>%1 %2</source>
        <translation>%1 %2</translation>
    </message>
    <message>
        <source>Build: %1 (number %2)
Platform: %3
Size: %4
Licence: %5
Built: %6</source>
        <translation>Build: %1 (Nummer %2)
Plattform: %3
Größe: %4
Lizenz: %5
Erstellt: %6</translation>
    </message>
    <message>
        <source>sha256: %1</source>
        <translation>SHA-256: %1</translation>
    </message>
    <message>
        <source>Depends &amp;on</source>
        <translation>A&amp;bhängigkeiten</translation>
    </message>
</context>
<context>
    <name>condaoci::ui::RecordsModel</name>
    <message>
        <source>in the registry</source>
        <translation>in der Registry</translation>
    </message>
    <message>
        <source>not there</source>
        <translation>nicht dort</translation>
    </message>
    <message>
        <source>newer there</source>
        <translation>dort neuer</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>fehlgeschlagen</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Version</source>
        <translation>Version</translation>
    </message>
    <message>
        <source>Build</source>
        <translation>Build</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>Format</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>Date</source>
        <translation>Datum</translation>
    </message>
    <message>
        <source>Platform</source>
        <translation>Plattform</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Status</translation>
    </message>
</context>
<context>
    <name>condaoci::ui::RegistriesPage</name>
    <message>
        <source>Registries</source>
        <translation>Registrys</translation>
    </message>
    <message>
        <source>No registry is here yet. Add one by its address, for example ghcr.io/myorg, or a folder as oci-layout:FOLDER.</source>
        <translation>Noch keine Registry vorhanden. Fügen Sie eine über ihre Adresse hinzu, zum Beispiel ghcr.io/myorg, oder einen Ordner als oci-layout:ORDNER.</translation>
    </message>
    <message>
        <source>Address of a registry</source>
        <translation>Adresse einer Registry</translation>
    </message>
    <message>
        <source>ghcr.io/myorg or oci-layout:FOLDER</source>
        <translation>ghcr.io/myorg oder oci-layout:ORDNER</translation>
    </message>
    <message>
        <source>Sign &amp;In…</source>
        <translation>An&amp;melden…</translation>
    </message>
    <message>
        <source>Sign &amp;Out</source>
        <translation>A&amp;bmelden</translation>
    </message>
    <message>
        <source>&amp;Test and Refresh</source>
        <translation>&amp;Testen und aktualisieren</translation>
    </message>
    <message>
        <source>P&amp;ull…</source>
        <translation>&amp;Herunterladen…</translation>
    </message>
    <message>
        <source>Sa&amp;ve Package As…</source>
        <translation>Paket &amp;speichern unter…</translation>
    </message>
    <message>
        <source>&amp;Copy Reference</source>
        <translation>&amp;Referenz kopieren</translation>
    </message>
    <message>
        <source>&amp;Remove from the List</source>
        <translation>Aus der Liste &amp;entfernen</translation>
    </message>
    <message>
        <source>Nothing was removed: %1</source>
        <translation>Es wurde nichts entfernt: %1</translation>
    </message>
    <message>
        <source>The password for %1 is gone from the keychain.</source>
        <translation>Das Passwort für %1 wurde aus dem Schlüsselbund entfernt.</translation>
    </message>
    <message>
        <source>The keychain had no password for %1.</source>
        <translation>Der Schlüsselbund enthielt kein Passwort für %1.</translation>
    </message>
    <message>
        <source>Save the package</source>
        <translation>Paket speichern</translation>
    </message>
    <message>
        <source>Conda packages (*.conda *.tar.bz2)</source>
        <translation>Conda-Pakete (*.conda *.tar.bz2)</translation>
    </message>
    <message>
        <source>Fetching %1…</source>
        <translation>%1 wird heruntergeladen…</translation>
    </message>
    <message>
        <source>Saved %1 (%2), its digest is right.</source>
        <translation>%1 gespeichert (%2), Prüfsumme stimmt.</translation>
    </message>
    <message>
        <source>%1 was not saved: %2</source>
        <translation>%1 wurde nicht gespeichert: %2</translation>
    </message>
    <message>
        <source>Asking %1…</source>
        <translation>%1 wird abgefragt…</translation>
    </message>
    <message>
        <source>Add Re&amp;gistry</source>
        <translation>Registry hinzu&amp;fügen</translation>
    </message>
</context>
<context>
    <name>condaoci::ui::RegistryTree</name>
    <message>
        <source>a folder on this computer</source>
        <translation>ein Ordner auf diesem Computer</translation>
    </message>
    <message>
        <source>refused: %1</source>
        <translation>abgewiesen: %1</translation>
    </message>
    <message>
        <source>signed in as %1</source>
        <translation>angemeldet als %1</translation>
    </message>
    <message>
        <source>asks to sign in</source>
        <translation>verlangt Anmeldung</translation>
    </message>
    <message>
        <source>anonymous</source>
        <translation>anonym</translation>
    </message>
    <message numerus="yes">
        <source>%n platform(s)</source>
        <translation>
            <numerusform>%n Plattform</numerusform>
            <numerusform>%n Plattformen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n package(s)</source>
        <translation>
            <numerusform>%n Paket</numerusform>
            <numerusform>%n Pakete</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n build(s)</source>
        <translation>
            <numerusform>%n Build</numerusform>
            <numerusform>%n Builds</numerusform>
        </translation>
    </message>
    <message>
        <source>asking…</source>
        <translation>wird abgefragt…</translation>
    </message>
    <message>
        <source>Registry</source>
        <translation>Registry</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Status</translation>
    </message>
    <message>
        <source>%1, not encrypted</source>
        <translation>%1, unverschlüsselt</translation>
    </message>
    <message>
        <source>%1, by a certificate that you accepted</source>
        <translation>%1, mit einem von Ihnen akzeptierten Zertifikat</translation>
    </message>
</context>
<context>
    <name>condaoci::ui::SpeedGraph</name>
    <message>
        <source>Speed: %1/s now, %2/s at most</source>
        <translation>Datenrate: jetzt %1/s, höchstens %2/s</translation>
    </message>
    <message>
        <source>Speed, at most %1/s</source>
        <translation>Datenrate, höchstens %1/s</translation>
    </message>
    <message>
        <source>Speed</source>
        <translation>Datenrate</translation>
    </message>
</context>
<context>
    <name>condaoci::ui::State</name>
    <message>
        <source>not an object</source>
        <translation>kein Objekt</translation>
    </message>
    <message>
        <source>%1 was damaged (%2) and has been set aside as %3; its settings are lost</source>
        <translation>%1 war beschädigt (%2) und wurde als %3 beiseitegelegt; die Einstellungen darin sind verloren</translation>
    </message>
    <message>
        <source>%1 can&apos;t be read (%2)</source>
        <translation>%1 ist nicht lesbar (%2)</translation>
    </message>
</context>
<context>
    <name>condaoci::ui::Transfer</name>
    <message>
        <source>stopped</source>
        <translation>gestoppt</translation>
    </message>
    <message>
        <source>the registry asks for credentials and there are none; nothing was written</source>
        <translation>die Registry verlangt Anmeldedaten, es liegen keine vor; nichts wurde geschrieben</translation>
    </message>
    <message>
        <source>Waiting for the keychain</source>
        <translation>Wartet auf den Schlüsselbund</translation>
    </message>
    <message>
        <source>Planning</source>
        <translation>Wird geplant</translation>
    </message>
    <message>
        <source>Copying</source>
        <translation>Wird kopiert</translation>
    </message>
    <message>
        <source>Stopping</source>
        <translation>Wird gestoppt</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Fertig</translation>
    </message>
    <message numerus="yes">
        <source>%n package(s) failed</source>
        <translation>
            <numerusform>%n Paket fehlgeschlagen</numerusform>
            <numerusform>%n Pakete fehlgeschlagen</numerusform>
        </translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>Fehlgeschlagen</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>Gestoppt</translation>
    </message>
    <message>
        <source>Interrupted</source>
        <translation>Unterbrochen</translation>
    </message>
    <message>
        <source>The report was not kept: %1</source>
        <translation>Der Bericht wurde nicht aufbewahrt: %1</translation>
    </message>
</context>
<context>
    <name>condaoci::ui::TransferBar</name>
    <message>
        <source>%1 of %2 packages</source>
        <translation>%1 von %2 Paketen</translation>
    </message>
    <message>
        <source>%1/s</source>
        <translation>%1/s</translation>
    </message>
    <message numerus="yes">
        <source>%n minute(s) left</source>
        <translation>
            <numerusform>noch %n Minute</numerusform>
            <numerusform>noch %n Minuten</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n second(s) left</source>
        <translation>
            <numerusform>noch %n Sekunde</numerusform>
            <numerusform>noch %n Sekunden</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;Details</source>
        <translation>De&amp;tails</translation>
    </message>
    <message>
        <source>S&amp;top</source>
        <translation>&amp;Stoppen</translation>
    </message>
    <message>
        <source>Progress of the transfer</source>
        <translation>Fortschritt der Übertragung</translation>
    </message>
</context>
<context>
    <name>condaoci::ui::TransferDialog</name>
    <message>
        <source>Transfer</source>
        <translation>Übertragung</translation>
    </message>
    <message>
        <source>Progress of the whole transfer</source>
        <translation>Fortschritt der gesamten Übertragung</translation>
    </message>
    <message>
        <source>Retry &amp;Failed</source>
        <translation>&amp;Fehlgeschlagene wiederholen</translation>
    </message>
    <message>
        <source>&amp;Details</source>
        <translation>&amp;Details</translation>
    </message>
    <message>
        <source>S&amp;top</source>
        <translation>&amp;Stoppen</translation>
    </message>
    <message>
        <source>Run in &amp;Background</source>
        <translation>Im &amp;Hintergrund ausführen</translation>
    </message>
    <message>
        <source>%1 of %2 packages</source>
        <translation>%1 von %2 Paketen</translation>
    </message>
    <message>
        <source>%1/s</source>
        <translation>%1/s</translation>
    </message>
    <message>
        <source>%1 left</source>
        <translation>noch %1</translation>
    </message>
    <message>
        <source>%1 copied (%2), %3 there already</source>
        <translation>%1 kopiert (%2), %3 bereits vorhanden</translation>
    </message>
    <message>
        <source>&amp;Close</source>
        <translation>Schl&amp;ießen</translation>
    </message>
    <message>
        <source>Progress of %1</source>
        <translation>Fortschritt von %1</translation>
    </message>
</context>
<context>
    <name>condaoci::ui::Transfers</name>
    <message>
        <source>%1 describes no transfer and has been set aside</source>
        <translation>%1 beschreibt keine Übertragung und wurde beiseitegelegt</translation>
    </message>
</context>
<context>
    <name>condaoci::ui::TransfersPage</name>
    <message>
        <source>Nothing has been copied yet. Begin with Mirror, Pull or Push above.</source>
        <translation>Noch wurde nichts kopiert. Beginnen Sie oben mit „Spiegeln“, „Herunterladen“ oder „Hochladen“.</translation>
    </message>
    <message>
        <source>S&amp;top</source>
        <translation>&amp;Stoppen</translation>
    </message>
    <message>
        <source>Res&amp;ume</source>
        <translation>&amp;Fortsetzen</translation>
    </message>
    <message>
        <source>Run it again; what is there already is not copied again (Ctrl+R)</source>
        <translation>Erneut ausführen; bereits Vorhandenes wird nicht noch einmal kopiert (Strg+R)</translation>
    </message>
    <message>
        <source>Retry &amp;Failed</source>
        <translation>Fehlgeschlagene &amp;wiederholen</translation>
    </message>
    <message>
        <source>Run it for the packages that failed (Ctrl+Shift+R)</source>
        <translation>Für die fehlgeschlagenen Pakete erneut ausführen (Strg+Umschalt+R)</translation>
    </message>
    <message>
        <source>Sa&amp;ve Report…</source>
        <translation>Be&amp;richt speichern…</translation>
    </message>
    <message>
        <source>&amp;Copy as Command Line</source>
        <translation>&amp;Befehl kopieren</translation>
    </message>
    <message>
        <source>&amp;Remove from the List</source>
        <translation>Aus der Liste &amp;entfernen</translation>
    </message>
    <message>
        <source>Transfers</source>
        <translation>Übertragungen</translation>
    </message>
    <message>
        <source>Packages of the transfer</source>
        <translation>Pakete der Übertragung</translation>
    </message>
    <message>
        <source>%1 — %2</source>
        <translation>%1 – %2</translation>
    </message>
    <message>
        <source>%1 copied (%2), %3 there already, %4 failed, in %5</source>
        <translation>%1 kopiert (%2), %3 bereits vorhanden, %4 fehlgeschlagen, in %5</translation>
    </message>
    <message>
        <source>⚠ %1</source>
        <translation>⚠ %1</translation>
    </message>
    <message>
        <source>The registry asks for credentials and there are none: this was a dry run. Sign in under Registries, then resume.</source>
        <translation>Die Registry verlangt Anmeldedaten, es liegen keine vor: Dies war ein Probelauf. Melden Sie sich unter „Registrys“ an und setzen Sie dann fort.</translation>
    </message>
    <message>
        <source>Save the report</source>
        <translation>Bericht speichern</translation>
    </message>
    <message>
        <source>JSON (*.json)</source>
        <translation>JSON (*.json)</translation>
    </message>
    <message>
        <source>The report was not saved: %1</source>
        <translation>Der Bericht wurde nicht gespeichert: %1</translation>
    </message>
    <message>
        <source>Part of a package&apos;s file name</source>
        <translation>Teil des Paketdateinamens</translation>
    </message>
    <message>
        <source>Show &amp;Only Failed</source>
        <translation>&amp;Nur fehlgeschlagene</translation>
    </message>
</context>
<context>
    <name>condaoci::ui::Treemap</name>
    <message>
        <source>What takes the space</source>
        <translation>Speicherbelegung</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <translation>%1, %2</translation>
    </message>
    <message>
        <source>nothing</source>
        <translation>leer</translation>
    </message>
    <message numerus="yes">
        <source>%n smaller one(s)</source>
        <translation>
            <numerusform>%n kleinerer Teil</numerusform>
            <numerusform>%n kleinere Teile</numerusform>
        </translation>
    </message>
</context>
</TS>
