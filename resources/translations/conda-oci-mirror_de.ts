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
    <name>Messages</name>
    <message>
        <source>can&apos;t create a file beside %1: %2</source>
        <translation>neben %1 konnte keine Datei angelegt werden: %2</translation>
    </message>
    <message>
        <source>can&apos;t write %1: %2</source>
        <translation>%1 konnte nicht geschrieben werden: %2</translation>
    </message>
    <message>
        <source>can&apos;t truncate %1: %2</source>
        <translation>%1 konnte nicht gekürzt werden: %2</translation>
    </message>
    <message>
        <source>can&apos;t flush %1: %2</source>
        <translation>%1 konnte nicht auf den Datenträger geschrieben werden: %2</translation>
    </message>
    <message>
        <source>can&apos;t write all of %1: %2</source>
        <translation>%1 konnte nicht vollständig geschrieben werden: %2</translation>
    </message>
    <message>
        <source>the file is shorter than it should be</source>
        <translation>die Datei ist kürzer, als sie sein sollte</translation>
    </message>
    <message>
        <source>can&apos;t replace %1: %2</source>
        <translation>%1 konnte nicht ersetzt werden: %2</translation>
    </message>
    <message>
        <source>can&apos;t flush the folder of %1: %2</source>
        <translation>der Ordner von %1 konnte nicht auf den Datenträger geschrieben werden: %2</translation>
    </message>
    <message>
        <source>can&apos;t create the folder %1: %2</source>
        <translation>der Ordner %1 konnte nicht angelegt werden: %2</translation>
    </message>
    <message>
        <source>can&apos;t open %1: %2</source>
        <translation>%1 konnte nicht geöffnet werden: %2</translation>
    </message>
    <message>
        <source>there is no %1</source>
        <translation>%1 gibt es nicht</translation>
    </message>
    <message>
        <source>can&apos;t read %1: %2</source>
        <translation>%1 ist nicht lesbar: %2</translation>
    </message>
    <message>
        <source>%1 is larger than %2 bytes</source>
        <translation>%1 ist größer als %2 Bytes</translation>
    </message>
    <message>
        <source>cancelled</source>
        <translation>abgebrochen</translation>
    </message>
    <message>
        <source>not a sha256 or sha512 digest</source>
        <translation>kein Digest der Art sha256 oder sha512</translation>
    </message>
    <message>
        <source>channel %1: %2</source>
        <translation>Kanal %1: %2</translation>
    </message>
    <message>
        <source>%1 can&apos;t be its name in a registry (lower-case letters, digits and . _ - between them); give another one with --as</source>
        <translation>%1 kann nicht sein Name in einer Registry sein (Kleinbuchstaben, Ziffern und dazwischen . _ -); mit --as einen anderen angeben</translation>
    </message>
    <message>
        <source>nothing</source>
        <translation>ein leerer Text</translation>
    </message>
    <message>
        <source>not the name of a channel; a URL begins with https://</source>
        <translation>kein Kanalname; eine URL beginnt mit https://</translation>
    </message>
    <message>
        <source>not a channel; write a name such as conda-forge, a URL, or a directory such as ./my-channel</source>
        <translation>kein Kanal; möglich sind ein Name wie conda-forge, eine URL oder ein Ordner wie ./my-channel</translation>
    </message>
    <message>
        <source>only https://, http:// and file:// are known</source>
        <translation>nur https://, http:// und file:// sind bekannt</translation>
    </message>
    <message>
        <source>the URL is malformed</source>
        <translation>die URL ist fehlerhaft</translation>
    </message>
    <message>
        <source>a channel&apos;s URL has no ? or #</source>
        <translation>die URL eines Kanals enthält weder ? noch #</translation>
    </message>
    <message>
        <source>a name, a URL or a directory is missing</source>
        <translation>es fehlt ein Name, eine URL oder ein Ordner</translation>
    </message>
    <message>
        <source>there is no such directory</source>
        <translation>diesen Ordner gibt es nicht</translation>
    </message>
    <message>
        <source>%1 needs %2</source>
        <translation>%1 benötigt %2</translation>
    </message>
    <message>
        <source>the compressed document is damaged: %1</source>
        <translation>das komprimierte Dokument ist beschädigt: %1</translation>
    </message>
    <message>
        <source>the document inflates to more than %1 bytes</source>
        <translation>das Dokument hat entpackt mehr als %1 Bytes</translation>
    </message>
    <message>
        <source>it is cut short</source>
        <translation>es ist abgeschnitten</translation>
    </message>
    <message>
        <source>the lock file can&apos;t be used: %1</source>
        <translation>die Lock-Datei ist nicht verwendbar: %1</translation>
    </message>
    <message>
        <source>built from source</source>
        <translation>aus Quellcode gebaut</translation>
    </message>
    <message>
        <source>it is neither a pixi.lock, a conda-lock.yml nor an @EXPLICIT list</source>
        <translation>sie ist weder eine pixi.lock noch eine conda-lock.yml noch eine @EXPLICIT-Liste</translation>
    </message>
    <message>
        <source>its version %1 is not known (conda-lock 1, pixi.lock 4 to 7 are)</source>
        <translation>ihre Version %1 ist nicht bekannt (bekannt sind conda-lock 1 und pixi.lock 4 bis 7)</translation>
    </message>
    <message>
        <source>%1 stands before @EXPLICIT</source>
        <translation>%1 steht vor @EXPLICIT</translation>
    </message>
    <message>
        <source>info/index.json can&apos;t be read: %1</source>
        <translation>info/index.json ist nicht lesbar: %1</translation>
    </message>
    <message>
        <source>its info/index.json makes no usable record</source>
        <translation>seine info/index.json ergibt keinen verwendbaren Eintrag</translation>
    </message>
    <message>
        <source>the package can&apos;t be used: %1</source>
        <translation>das Paket ist nicht verwendbar: %1</translation>
    </message>
    <message>
        <source>the path of %1 leads out of the package</source>
        <translation>der Pfad von %1 führt aus dem Paket hinaus</translation>
    </message>
    <message>
        <source>%1 is below what is not a directory</source>
        <translation>%1 liegt unter etwas, das kein Ordner ist</translation>
    </message>
    <message>
        <source>%1 is a device or a pipe</source>
        <translation>%1 ist ein Gerät oder eine Pipe</translation>
    </message>
    <message>
        <source>%1 is not a directory, but has members below it</source>
        <translation>%1 ist kein Ordner, es liegt aber etwas darunter</translation>
    </message>
    <message>
        <source>the link %1 leads out of info/</source>
        <translation>der Link %1 führt aus info/ hinaus</translation>
    </message>
    <message>
        <source>%1 is not a directory</source>
        <translation>%1 ist kein Ordner</translation>
    </message>
    <message>
        <source>it has no info/index.json</source>
        <translation>es enthält keine info/index.json</translation>
    </message>
    <message>
        <source>not enough memory to compress info.tar.gz</source>
        <translation>nicht genug Arbeitsspeicher, um info.tar.gz zu komprimieren</translation>
    </message>
    <message>
        <source>info.tar.gz can&apos;t be read: %1</source>
        <translation>info.tar.gz ist nicht lesbar: %1</translation>
    </message>
    <message>
        <source>&apos;%1&apos; is not a match specification: %2</source>
        <translation>„%1“ ist keine Paketangabe (MatchSpec): %2</translation>
    </message>
    <message>
        <source>[ and ] do not match</source>
        <translation>[ und ] passen nicht zusammen</translation>
    </message>
    <message>
        <source>it has no package name</source>
        <translation>sie enthält keinen Paketnamen</translation>
    </message>
    <message>
        <source>the key %1 is not supported here</source>
        <translation>der Schlüssel %1 wird hier nicht unterstützt</translation>
    </message>
    <message>
        <source>its archive can&apos;t be read: %1</source>
        <translation>sein Archiv ist nicht lesbar: %1</translation>
    </message>
    <message>
        <source>it has more than one %1…%2</source>
        <translation>es enthält mehr als ein %1…%2</translation>
    </message>
    <message>
        <source>it has no %1…%2 at its top</source>
        <translation>es enthält auf oberster Ebene kein %1…%2</translation>
    </message>
    <message>
        <source>%1 is encrypted</source>
        <translation>%1 ist verschlüsselt</translation>
    </message>
    <message>
        <source>its metadata.json does not say that it is a .conda of version 2</source>
        <translation>laut seiner metadata.json ist es keine .conda-Datei der Version 2</translation>
    </message>
    <message>
        <source>it is not a whole zip archive</source>
        <translation>es ist kein vollständiges ZIP-Archiv</translation>
    </message>
    <message>
        <source>its info/index.json is not a JSON object</source>
        <translation>seine info/index.json ist kein JSON-Objekt</translation>
    </message>
    <message>
        <source>its info/index.json says that its %1 is %2, its file name says %3</source>
        <translation>in seiner info/index.json steht für %1 der Wert %2, im Dateinamen %3</translation>
    </message>
    <message>
        <source>%1 can&apos;t be a file name: %2</source>
        <translation>%1 kann kein Dateiname sein: %2</translation>
    </message>
    <message>
        <source>it is the name of a device on Windows</source>
        <translation>so heißt unter Windows ein Gerät</translation>
    </message>
    <message>
        <source>it is empty or a folder&apos;s own name</source>
        <translation>er ist leer oder der eigene Name eines Ordners</translation>
    </message>
    <message>
        <source>it is longer than %1 bytes</source>
        <translation>er ist länger als %1 Bytes</translation>
    </message>
    <message>
        <source>it ends with a dot or a space</source>
        <translation>er endet mit einem Punkt oder Leerzeichen</translation>
    </message>
    <message>
        <source>it contains a character that is not allowed in file names everywhere</source>
        <translation>er enthält ein Zeichen, das nicht überall in Dateinamen erlaubt ist</translation>
    </message>
    <message>
        <source>it is not UTF-8</source>
        <translation>er ist kein UTF-8</translation>
    </message>
    <message>
        <source>it contains control characters</source>
        <translation>er enthält Steuerzeichen</translation>
    </message>
    <message>
        <source>it ends neither with .conda nor with .tar.bz2</source>
        <translation>er endet weder mit .conda noch mit .tar.bz2</translation>
    </message>
    <message>
        <source>a package&apos;s is NAME-VERSION-BUILD</source>
        <translation>der eines Pakets ist NAME-VERSION-BUILD</translation>
    </message>
    <message>
        <source>not a valid repodata.json: its key %1 stands twice</source>
        <translation>keine gültige repodata.json: der Schlüssel %1 steht zweimal darin</translation>
    </message>
    <message>
        <source>not a valid repodata.json: something follows its end</source>
        <translation>keine gültige repodata.json: nach dem Ende folgt noch etwas</translation>
    </message>
    <message>
        <source>not a valid repodata.json: %1</source>
        <translation>keine gültige repodata.json: %1</translation>
    </message>
    <message>
        <source>the index has more than %1 records</source>
        <translation>der Index hat mehr als %1 Einträge</translation>
    </message>
    <message>
        <source>its %1 is malformed</source>
        <translation>die Angabe %1 ist fehlerhaft</translation>
    </message>
    <message>
        <source>its record is not an object</source>
        <translation>sein Eintrag ist kein Objekt</translation>
    </message>
    <message>
        <source>it stands among the %1 packages</source>
        <translation>es steht unter den %1-Paketen</translation>
    </message>
    <message>
        <source>its record lacks name, version or build</source>
        <translation>in seinem Eintrag fehlt Name, Version oder Build</translation>
    </message>
    <message>
        <source>its record is that of %1</source>
        <translation>sein Eintrag ist der von %1</translation>
    </message>
    <message>
        <source>its size is malformed</source>
        <translation>die Größe ist fehlerhaft</translation>
    </message>
    <message>
        <source>the index lists it twice</source>
        <translation>der Index führt es zweimal auf</translation>
    </message>
    <message>
        <source>the archive is damaged: %1</source>
        <translation>das Archiv ist beschädigt: %1</translation>
    </message>
    <message>
        <source>the archive is damaged at %1: %2</source>
        <translation>das Archiv ist bei %1 beschädigt: %2</translation>
    </message>
    <message>
        <source>it ends early</source>
        <translation>es endet vorzeitig</translation>
    </message>
    <message>
        <source>it inflates to more than %1 times its size</source>
        <translation>entpackt ist es mehr als %1-mal so groß</translation>
    </message>
    <message>
        <source>the member has %1 bytes; at most %2 are read</source>
        <translation>die Datei darin hat %1 Bytes; höchstens %2 werden gelesen</translation>
    </message>
    <message>
        <source>a pax header is malformed</source>
        <translation>ein pax-Header ist fehlerhaft</translation>
    </message>
    <message>
        <source>it has more than %1 members</source>
        <translation>es enthält mehr als %1 Dateien</translation>
    </message>
    <message>
        <source>a size is malformed</source>
        <translation>eine Größenangabe ist fehlerhaft</translation>
    </message>
    <message>
        <source>a member&apos;s name is empty or contains NUL</source>
        <translation>der Name einer Datei darin ist leer oder enthält NUL</translation>
    </message>
    <message>
        <source>&apos;%1&apos; is not a version: %2</source>
        <translation>„%1“ ist keine Version: %2</translation>
    </message>
    <message>
        <source>empty version component</source>
        <translation>leerer Bestandteil der Version</translation>
    </message>
    <message>
        <source>it is empty</source>
        <translation>leer</translation>
    </message>
    <message>
        <source>invalid character(s)</source>
        <translation>ungültige Zeichen</translation>
    </message>
    <message>
        <source>duplicated epoch separator &apos;!&apos;</source>
        <translation>das Trennzeichen „!“ für die Epoche steht mehrfach</translation>
    </message>
    <message>
        <source>epoch must be an integer</source>
        <translation>die Epoche muss eine ganze Zahl sein</translation>
    </message>
    <message>
        <source>duplicated local version separator &apos;+&apos;</source>
        <translation>das Trennzeichen „+“ für die lokale Version steht mehrfach</translation>
    </message>
    <message>
        <source>&apos;%1&apos; is not a version constraint: %2</source>
        <translation>„%1“ ist keine Versionsbedingung: %2</translation>
    </message>
    <message>
        <source>~= needs a version of at least two components</source>
        <translation>~= benötigt eine Version mit mindestens zwei Bestandteilen</translation>
    </message>
    <message>
        <source>invalid operator</source>
        <translation>ungültiger Operator</translation>
    </message>
    <message>
        <source>~= does not go with .*</source>
        <translation>~= passt nicht zu .*</translation>
    </message>
    <message>
        <source>a condition is missing</source>
        <translation>es fehlt eine Bedingung</translation>
    </message>
    <message>
        <source>a regular expression begins with ^ and ends with $</source>
        <translation>ein regulärer Ausdruck beginnt mit ^ und endet mit $</translation>
    </message>
    <message>
        <source>the parentheses do not match</source>
        <translation>die Klammern passen nicht zusammen</translation>
    </message>
    <message>
        <source>too many parentheses</source>
        <translation>zu viele Klammern</translation>
    </message>
    <message>
        <source>certificate of %1, issued by %2, sha256 %3</source>
        <translation>Zertifikat von %1, ausgestellt von %2, sha256 %3</translation>
    </message>
    <message>
        <source>the certificate that is accepted there is another one</source>
        <translation>dort ist ein anderes Zertifikat akzeptiert</translation>
    </message>
    <message>
        <source>the value of the %1 header has characters that HTTP does not allow</source>
        <translation>der Wert des Headers %1 enthält Zeichen, die HTTP nicht erlaubt</translation>
    </message>
    <message>
        <source>%1 sent a malformed Content-Length</source>
        <translation>%1 hat eine fehlerhafte Content-Length gesendet</translation>
    </message>
    <message>
        <source>%1 bytes were promised, %2 offers %3</source>
        <translation>%1 Bytes waren angekündigt, %2 bietet %3 an</translation>
    </message>
    <message>
        <source>%1 answered with a part of the file that was not asked for</source>
        <translation>%1 hat mit einem Teil der Datei geantwortet, der nicht verlangt war</translation>
    </message>
    <message>
        <source>%1 sent more than the %2 bytes that are allowed here</source>
        <translation>%1 hat mehr als die hier erlaubten %2 Bytes gesendet</translation>
    </message>
    <message>
        <source>can&apos;t connect to %1: no answer</source>
        <translation>keine Verbindung zu %1: keine Antwort</translation>
    </message>
    <message>
        <source>can&apos;t connect to %1 through the proxy %2: no answer</source>
        <translation>keine Verbindung zu %1 über den Proxy %2: keine Antwort</translation>
    </message>
    <message>
        <source>%1 has been silent for too long</source>
        <translation>%1 hat zu lange nichts gesendet</translation>
    </message>
    <message>
        <source>%1 took too long to answer</source>
        <translation>%1 hat zu lange für die Antwort gebraucht</translation>
    </message>
    <message>
        <source>%1 is too slow: %2 bytes in %3 s</source>
        <translation>%1 ist zu langsam: %2 Bytes in %3 s</translation>
    </message>
    <message>
        <source>%1 did not answer with HTTP</source>
        <translation>%1 hat nicht mit HTTP geantwortet</translation>
    </message>
    <message>
        <source>%1 broke off after %2 of %3 bytes</source>
        <translation>%1 hat nach %2 von %3 Bytes abgebrochen</translation>
    </message>
    <message>
        <source>can&apos;t find the host %1</source>
        <translation>der Host %1 ist nicht zu finden</translation>
    </message>
    <message>
        <source>can&apos;t connect to %1: connection refused</source>
        <translation>%1 lehnt die Verbindung ab</translation>
    </message>
    <message>
        <source>it does not speak TLS there. If it is meant to be plain http, write http://%1</source>
        <translation>dort wird kein TLS gesprochen. Wenn unverschlüsseltes http gemeint ist, http://%1 schreiben</translation>
    </message>
    <message>
        <source>no secure connection to %1: %2</source>
        <translation>keine sichere Verbindung zu %1: %2</translation>
    </message>
    <message>
        <source>%1 did not answer in time</source>
        <translation>%1 hat nicht rechtzeitig geantwortet</translation>
    </message>
    <message>
        <source>%1 closed the connection without an answer</source>
        <translation>%1 hat die Verbindung ohne Antwort geschlossen</translation>
    </message>
    <message>
        <source>%1 asks for a client certificate, or does not take ours</source>
        <translation>%1 verlangt ein Client-Zertifikat oder nimmt unseres nicht an</translation>
    </message>
    <message>
        <source>the connection to %1 broke: %2</source>
        <translation>die Verbindung zu %1 ist abgebrochen: %2</translation>
    </message>
    <message>
        <source>the connection to %1 through the proxy %2 broke: %3</source>
        <translation>die Verbindung zu %1 über den Proxy %2 ist abgebrochen: %3</translation>
    </message>
    <message>
        <source>the proxy %1 on the way to %2</source>
        <translation>der Proxy %1 auf dem Weg zu %2</translation>
    </message>
    <message>
        <source>can&apos;t find %1</source>
        <translation>%1 ist nicht zu finden</translation>
    </message>
    <message>
        <source>%1 wants a user name and password, and does not take those of its URL if there are any (http://USER:PASSWORD@PROXY:PORT)</source>
        <translation>%1 verlangt Benutzername und Passwort und nimmt die aus seiner URL, falls vorhanden, nicht an (http://BENUTZER:PASSWORT@PROXY:PORT)</translation>
    </message>
    <message>
        <source>%1 sends us to %2, which was not followed: %3</source>
        <translation>%1 verweist auf die Adresse %2, der nicht gefolgt wurde: %3</translation>
    </message>
    <message>
        <source>%1 asks to come back in %2 s, on %3</source>
        <translation>%1 bittet darum, in %2 s wiederzukommen, am %3</translation>
    </message>
    <message>
        <source>%1 redirects more than %2 times</source>
        <translation>%1 leitet mehr als %2-mal weiter</translation>
    </message>
    <message>
        <source>%1 leads to %2, which was not followed: %3</source>
        <translation>%1 führt zur Adresse %2, der nicht gefolgt wurde: %3</translation>
    </message>
    <message>
        <source>it leads from the internet to a private address, %1</source>
        <translation>sie führt aus dem Internet zu einer privaten Adresse, %1</translation>
    </message>
    <message>
        <source>a redirect of %1 was not followed: %2</source>
        <translation>einer Weiterleitung von %1 wurde nicht gefolgt: %2</translation>
    </message>
    <message>
        <source>can&apos;t read what was to be sent: %1</source>
        <translation>die zu sendenden Daten sind nicht lesbar: %1</translation>
    </message>
    <message>
        <source>the file that was to be sent changed its size meanwhile</source>
        <translation>die zu sendende Datei hat inzwischen ihre Größe geändert</translation>
    </message>
    <message>
        <source>%1 (HTTP status %2)</source>
        <translation>%1 (HTTP-Status %2)</translation>
    </message>
    <message>
        <source>the proxy that the environment names is no URL: %1</source>
        <translation>der in der Umgebung genannte Proxy ist keine URL: %1</translation>
    </message>
    <message>
        <source>the proxy %1 is to be reached by %2; only http and socks5 can be used</source>
        <translation>der Proxy %1 soll über %2 erreicht werden; nur http und socks5 sind möglich</translation>
    </message>
    <message>
        <source>it leads away from HTTP</source>
        <translation>sie führt von HTTP weg</translation>
    </message>
    <message>
        <source>it leads from https to http</source>
        <translation>sie führt von https zu http</translation>
    </message>
    <message>
        <source>its URL contains a user name or password</source>
        <translation>ihre URL enthält einen Benutzernamen oder ein Passwort</translation>
    </message>
    <message>
        <source>it leads nowhere</source>
        <translation>sie führt nirgendwohin</translation>
    </message>
    <message>
        <source>what was to be sent may not go there</source>
        <translation>die zu sendenden Daten dürfen nicht dorthin</translation>
    </message>
    <message>
        <source>can&apos;t write a temporary file in %1: %2</source>
        <translation>in %1 konnte keine temporäre Datei geschrieben werden: %2</translation>
    </message>
    <message>
        <source>there is no folder for temporary files; set TMPDIR to one</source>
        <translation>es gibt keinen Ordner für temporäre Dateien; TMPDIR auf einen setzen</translation>
    </message>
    <message>
        <source>there is no certificate in PEM form in %1</source>
        <translation>in %1 ist kein Zertifikat im PEM-Format</translation>
    </message>
    <message>
        <source>can&apos;t read the client certificate&apos;s key in %1: %2</source>
        <translation>der Schlüssel des Client-Zertifikats in %1 ist nicht lesbar: %2</translation>
    </message>
    <message>
        <source>there is no unencrypted private key in PEM form in %1</source>
        <translation>in %1 ist kein unverschlüsselter privater Schlüssel im PEM-Format</translation>
    </message>
    <message>
        <source>can&apos;t read the certificates (SSL_CERT_FILE) in %1: %2</source>
        <translation>die Zertifikate (SSL_CERT_FILE) in %1 sind nicht lesbar: %2</translation>
    </message>
    <message>
        <source>%1: write HOST[:PORT]=SHA256, the 64 hexadecimal digits of the certificate&apos;s fingerprint</source>
        <translation>%1: HOST[:PORT]=SHA256 schreiben, die 64 Hexadezimalziffern des Fingerabdrucks des Zertifikats</translation>
    </message>
    <message>
        <source>can&apos;t read the certificates in %1: %2</source>
        <translation>die Zertifikate in %1 sind nicht lesbar: %2</translation>
    </message>
    <message>
        <source>the client certificate of the key is missing</source>
        <translation>das Client-Zertifikat zum Schlüssel fehlt</translation>
    </message>
    <message>
        <source>can&apos;t read the client certificate in %1: %2</source>
        <translation>das Client-Zertifikat in %1 ist nicht lesbar: %2</translation>
    </message>
    <message>
        <source>%1 warns: %2</source>
        <translation>%1 warnt: %2</translation>
    </message>
    <message>
        <source>it has %1 bytes, the index promises %2</source>
        <translation>es hat %1 Bytes, laut Index sollten es %2 sein</translation>
    </message>
    <message>
        <source>%1/%2/repodata.json can&apos;t be read as an index</source>
        <translation>%1/%2/repodata.json ist nicht als Index lesbar</translation>
    </message>
    <message>
        <source>the index lists it, but it is not there</source>
        <translation>der Index führt es auf, aber es ist nicht da</translation>
    </message>
    <message>
        <source>%1 is no folder that can be read</source>
        <translation>%1 ist kein lesbarer Ordner</translation>
    </message>
    <message>
        <source>the index promises no sum for it</source>
        <translation>der Index nennt keine Prüfsumme dafür</translation>
    </message>
    <message>
        <source>wrong %1: the index promises %2, the file has %3</source>
        <translation>%1 falsch: laut Index %2, in der Datei %3</translation>
    </message>
    <message>
        <source>can&apos;t delete %1: %2</source>
        <translation>%1 konnte nicht gelöscht werden: %2</translation>
    </message>
    <message>
        <source>there is no folder %1</source>
        <translation>den Ordner %1 gibt es nicht</translation>
    </message>
    <message>
        <source>can&apos;t create %1: %2</source>
        <translation>%1 konnte nicht angelegt werden: %2</translation>
    </message>
    <message>
        <source>can&apos;t write to %1: %2</source>
        <translation>in %1 kann nicht geschrieben werden: %2</translation>
    </message>
    <message>
        <source>can&apos;t empty %1: %2</source>
        <translation>%1 konnte nicht geleert werden: %2</translation>
    </message>
    <message>
        <source>%1 would need %2, and only %3 are free there</source>
        <translation>%1 würde %2 benötigen, und dort sind nur %3 frei</translation>
    </message>
    <message>
        <source>another run is writing to %1; wait for it, or give another --cache-dir</source>
        <translation>ein anderer Lauf schreibt in %1; abwarten oder mit --cache-dir einen anderen Ordner angeben</translation>
    </message>
    <message>
        <source>%1/repodata.json of %2 names a base_url that may not be followed from there: %3</source>
        <translation>%1/repodata.json von %2 nennt eine base_url, der von dort nicht gefolgt werden darf: %3</translation>
    </message>
    <message>
        <source>%1/%2 of %3</source>
        <translation>%1/%2 von %3</translation>
    </message>
    <message>
        <source>the channel did not give its index</source>
        <translation>der Kanal hat seinen Index nicht geliefert</translation>
    </message>
    <message>
        <source>the channel lists it but does not have the file</source>
        <translation>der Kanal führt es auf, hat aber die Datei nicht</translation>
    </message>
    <message>
        <source>the channel did not give the file</source>
        <translation>der Kanal hat die Datei nicht geliefert</translation>
    </message>
    <message>
        <source>the index promises %1 bytes, the file has %2</source>
        <translation>laut Index sind es %1 Bytes, die Datei hat %2</translation>
    </message>
    <message>
        <source>%1 can&apos;t be written to: a channel is a source only; a registry is written oci://HOST, or oci+http://HOST for http</source>
        <translation>in %1 kann nicht geschrieben werden: ein Kanal ist nur eine Quelle; eine Registry schreibt man oci://HOST oder, für http, oci+http://HOST</translation>
    </message>
    <message>
        <source>wrong %1: the index promises %2, %3 came</source>
        <translation>%1 falsch: laut Index %2, angekommen %3</translation>
    </message>
    <message>
        <source>size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>the cache&apos;s directory is missing</source>
        <translation>der Ordner des Caches fehlt</translation>
    </message>
    <message>
        <source>%1; if it is a registry, write oci://HOST, or oci+http://HOST for http</source>
        <translation>%1; eine Registry schreibt man oci://HOST oder, für http, oci+http://HOST</translation>
    </message>
    <message>
        <source>%1: which channel of it? Give its name with --channel</source>
        <translation>%1: welcher Kanal davon? Den Namen mit --channel angeben</translation>
    </message>
    <message>
        <source>cache: needs a directory, for example cache:./cache</source>
        <translation>cache: benötigt einen Ordner, zum Beispiel cache:./cache</translation>
    </message>
    <message>
        <source>%1 is not a platform such as linux-64 or noarch</source>
        <translation>%1 ist keine Plattform wie linux-64 oder noarch</translation>
    </message>
    <message>
        <source>nothing in %1 is of the channel %2</source>
        <translation>nichts in %1 ist aus dem Kanal %2</translation>
    </message>
    <message>
        <source>%1 or %2</source>
        <translation>%1 oder %2</translation>
    </message>
    <message>
        <source>only a mirror is made in shards</source>
        <translation>nur beim Spiegeln gibt es Shards</translation>
    </message>
    <message>
        <source>a shard lists what it brought; give --index full to `conda-oci publish`</source>
        <translation>ein Shard führt auf, was er gebracht hat; --index full gehört zu `conda-oci publish`</translation>
    </message>
    <message>
        <source>a mirror has from 1 to %1 shards</source>
        <translation>ein Spiegel hat 1 bis %1 Shards</translation>
    </message>
    <message>
        <source>to publish believes what the shards say; it is no shard itself, and asks for no package</source>
        <translation>das Veröffentlichen verlässt sich auf die Shards; es ist selbst keiner und fragt nach keinem Paket</translation>
    </message>
    <message>
        <source>the address of this channel was kept without its password or token; write it again</source>
        <translation>die Adresse dieses Kanals wurde ohne Passwort oder Token gespeichert; sie muss neu eingegeben werden</translation>
    </message>
    <message>
        <source>there has to be at least one worker</source>
        <translation>mindestens ein Paket muss gleichzeitig kopiert werden</translation>
    </message>
    <message>
        <source>a copy has no known verb: %1</source>
        <translation>eine Kopie hat eine unbekannte Art: %1</translation>
    </message>
    <message>
        <source>a copy&apos;s &quot;%1&quot; is of the wrong kind</source>
        <translation>„%1“ einer Kopie hat den falschen Typ</translation>
    </message>
    <message>
        <source>%1 names it of another channel, %2</source>
        <translation>%1 nennt es aus einem anderen Kanal, %2</translation>
    </message>
    <message>
        <source>%1 and %2 want different bytes for %3; copy them one by one</source>
        <translation>%1 und %2 verlangen unterschiedliche Bytes für %3; einzeln kopieren</translation>
    </message>
    <message>
        <source>%1 is not a shard: write I/N, for example 2/16, with N up to %2</source>
        <translation>%1 ist kein Shard: erwartet wird I/N, zum Beispiel 2/16, mit N bis %2</translation>
    </message>
    <message>
        <source>%1: another run has published its index meanwhile; what both know of is in it</source>
        <translation>%1: ein anderer Lauf hat inzwischen seinen Index veröffentlicht; darin steht, was beide kennen</translation>
    </message>
    <message>
        <source>other runs publish the index of %1 all the time; run this once more when they are done</source>
        <translation>andere Läufe veröffentlichen den Index von %1 fortwährend; noch einmal starten, wenn sie fertig sind</translation>
    </message>
    <message>
        <source>1 package</source>
        <translation>1 Paket</translation>
    </message>
    <message>
        <source>%1 packages</source>
        <translation>%1 Pakete</translation>
    </message>
    <message>
        <source>%1/%2 in the cache was left out of its index: %3</source>
        <translation>%1/%2 im Cache wurde in dessen Index ausgelassen: %3</translation>
    </message>
    <message>
        <source>%1 in %2</source>
        <translation>%1 in %2</translation>
    </message>
    <message>
        <source>write REGISTRY/CHANNEL/SUBDIR/NAME:VERSION-BUILD</source>
        <translation>erwartet wird REGISTRY/KANAL/PLATTFORM/NAME:VERSION-BUILD</translation>
    </message>
    <message>
        <source>the channel is missing; write REGISTRY/CHANNEL, or oci-layout:DIR//CHANNEL</source>
        <translation>der Kanal fehlt; erwartet wird REGISTRY/KANAL oder oci-layout:ORDNER//KANAL</translation>
    </message>
    <message>
        <source>%1 can&apos;t be in a registry</source>
        <translation>%1 kann nicht in einer Registry stehen</translation>
    </message>
    <message>
        <source>registries do not allow the repository name %1</source>
        <translation>Registrys erlauben den Repository-Namen %1 nicht</translation>
    </message>
    <message>
        <source>its repository name with the host is longer than %1 characters</source>
        <translation>sein Repository-Name ist mit dem Host länger als %1 Zeichen</translation>
    </message>
    <message>
        <source>its tag would have %1 characters; registries allow %2</source>
        <translation>sein Tag hätte %1 Zeichen; Registrys erlauben %2</translation>
    </message>
    <message>
        <source>registries do not allow the tag %1</source>
        <translation>Registrys erlauben den Tag %1 nicht</translation>
    </message>
    <message>
        <source>its name contains what stands for an escaped character in a registry, so it could not be told from another package</source>
        <translation>sein Name enthält, was in einer Registry für ein ersetztes Zeichen steht; es wäre nicht von einem anderen Paket zu unterscheiden</translation>
    </message>
    <message>
        <source>%1: write NAME:VERSION-BUILD</source>
        <translation>%1: erwartet wird NAME:VERSION-BUILD</translation>
    </message>
    <message>
        <source>%1 has no %2 for %3</source>
        <translation>%1 enthält kein %2 für %3</translation>
    </message>
    <message>
        <source>%1 has no layer %2</source>
        <translation>%1 hat keinen Layer %2</translation>
    </message>
    <message>
        <source>%1 has no %2 package in it</source>
        <translation>%1 enthält kein %2-Paket</translation>
    </message>
    <message>
        <source>%1 has no package in it</source>
        <translation>%1 enthält kein Paket</translation>
    </message>
    <message>
        <source>the registry can&apos;t be read without credentials, so what is there already is not known</source>
        <translation>die Registry ist ohne Zugangsdaten nicht lesbar; was schon vorhanden ist, ist daher nicht bekannt</translation>
    </message>
    <message>
        <source>shard %1 of %2</source>
        <translation>Shard %1 von %2</translation>
    </message>
    <message>
        <source>it has not left an index of what it brought; run `conda-oci mirror --shard %1/%2`, then publish again</source>
        <translation>er hat keinen Index dessen hinterlassen, was er gebracht hat; `conda-oci mirror --shard %1/%2` ausführen, dann erneut veröffentlichen</translation>
    </message>
    <message>
        <source>shard %1 of %2: %3 packages of the channel are not there yet</source>
        <translation>Shard %1 von %2: %3 Pakete des Kanals sind noch nicht da</translation>
    </message>
    <message>
        <source>%1 names other bytes than the source lists</source>
        <translation>%1 nennt andere Bytes, als die Quelle aufführt</translation>
    </message>
    <message>
        <source>%1, which the source does not have for these platforms</source>
        <translation>%1, aber das hat die Quelle nicht für diese Plattformen</translation>
    </message>
    <message>
        <source>%1 names it, but %2 does not list it</source>
        <translation>%1 nennt es, aber %2 führt es nicht auf</translation>
    </message>
    <message>
        <source>its record has neither sha256 nor md5, so its bytes could not be checked</source>
        <translation>sein Eintrag hat weder sha256 noch md5; seine Bytes ließen sich nicht prüfen</translation>
    </message>
    <message>
        <source>%1 has no index of any of %2</source>
        <translation>%1 hat für keine dieser Plattformen einen Index: %2</translation>
    </message>
    <message>
        <source>nothing fits it in %1 of %2</source>
        <translation>nichts passt dazu in %1 von %2</translation>
    </message>
    <message>
        <source>%1 packages have no sha256 in the source&apos;s index; their bytes are checked by md5 only</source>
        <translation>%1 Pakete haben im Index der Quelle keine sha256; ihre Bytes werden nur mit md5 geprüft</translation>
    </message>
    <message>
        <source>mamba, micromamba, rattler and pixi reach oci:// channels by https on port 443 only, so they can&apos;t install from %1 as it is. Put an https proxy on port 443 in front of it, or pull the packages into a cache directory, which is a channel by itself</source>
        <translation>mamba, micromamba, rattler und pixi erreichen oci://-Kanäle nur über https auf Port 443 und können daher so nicht aus %1 installieren. Einen https-Proxy auf Port 443 davorsetzen oder die Pakete in einen Cache-Ordner herunterladen, der selbst ein Kanal ist</translation>
    </message>
    <message>
        <source>mamba takes a path that begins with t/ for a conda token and will not find this mirror; another namespace avoids that</source>
        <translation>mamba hält einen Pfad, der mit t/ beginnt, für ein Conda-Token und findet diesen Spiegel nicht; ein anderer Namensraum vermeidet das</translation>
    </message>
    <message>
        <source>%1 of %2 in %3</source>
        <translation>%1 von %2 in %3</translation>
    </message>
    <message>
        <source>the index lists it, but it is not in the registry</source>
        <translation>der Index führt es auf, aber es ist nicht in der Registry</translation>
    </message>
    <message>
        <source>the index lists it, but the registry has the build in another format only</source>
        <translation>der Index führt es auf, aber die Registry hat den Build nur in einem anderen Format</translation>
    </message>
    <message>
        <source>%1 refuses access and does not say how to sign in</source>
        <translation>%1 verweigert den Zugriff und sagt nicht, wie man sich anmeldet</translation>
    </message>
    <message>
        <source>%1 asks for a user name and a password</source>
        <translation>%1 verlangt Benutzername und Passwort</translation>
    </message>
    <message>
        <source>%1 asks for a user name and a password, and there is only an identity token; sign in with `conda-oci login`</source>
        <translation>%1 verlangt Benutzername und Passwort, und es gibt nur ein Identitätstoken; mit `conda-oci login` anmelden</translation>
    </message>
    <message>
        <source>%1 refused the password of %2</source>
        <translation>%1 hat das Passwort von %2 abgelehnt</translation>
    </message>
    <message>
        <source>%1. Its token server %2 is another host, so %3 was not shown to it; if it belongs to %4, set CONDA_OCI_TOKEN_SERVERS=%2 and try again</source>
        <translation>%1. Der zugehörige Token-Server %2 ist ein anderer Host, deshalb wurde ihm %3 nicht gezeigt; gehört er zu %4, CONDA_OCI_TOKEN_SERVERS=%2 setzen und es erneut versuchen</translation>
    </message>
    <message>
        <source>the password of %1</source>
        <translation>das Passwort von %1</translation>
    </message>
    <message>
        <source>the identity token</source>
        <translation>das Identitätstoken</translation>
    </message>
    <message>
        <source>%1 does not allow that to anybody without signing in</source>
        <translation>%1 erlaubt das ohne Anmeldung niemandem</translation>
    </message>
    <message>
        <source>%1 does not allow that to %2</source>
        <translation>%1 erlaubt %2 das nicht</translation>
    </message>
    <message>
        <source>%1 does not allow that to the identity token&apos;s owner</source>
        <translation>%1 erlaubt das dem Inhaber des Identitätstokens nicht</translation>
    </message>
    <message>
        <source>%1 did not accept an upload</source>
        <translation>%1 hat einen Upload nicht angenommen</translation>
    </message>
    <message>
        <source>%1 did not take a blob of %2</source>
        <translation>%1 hat einen Blob von %2 nicht angenommen</translation>
    </message>
    <message>
        <source>%1 claims to have more of a blob than it was sent</source>
        <translation>%1 will mehr von einem Blob haben, als gesendet wurde</translation>
    </message>
    <message>
        <source>what was to be sent ended too early</source>
        <translation>die zu sendenden Daten endeten zu früh</translation>
    </message>
    <message>
        <source>%1 wants the rest of a blob where it may not be sent</source>
        <translation>%1 verlangt den Rest eines Blobs an einem Ort, an den er nicht gesendet werden darf</translation>
    </message>
    <message>
        <source>%1 takes the pieces of a blob and keeps none</source>
        <translation>%1 nimmt die Teile eines Blobs an und behält keinen</translation>
    </message>
    <message>
        <source>%1 wants blobs in pieces of at least %2, which is too much</source>
        <translation>%1 verlangt Blobs in Teilen von mindestens %2, das ist zu viel</translation>
    </message>
    <message>
        <source>%1 began an upload but did not say where to send it</source>
        <translation>%1 hat einen Upload begonnen, aber nicht gesagt, wohin er zu senden ist</translation>
    </message>
    <message>
        <source>%1 began an upload but wants it where it may not be sent</source>
        <translation>%1 hat einen Upload begonnen, verlangt ihn aber an einem Ort, an den er nicht gesendet werden darf</translation>
    </message>
    <message>
        <source>what was to be written</source>
        <translation>der zu schreibende Inhalt</translation>
    </message>
    <message>
        <source>what was to be stored as %1 is %2</source>
        <translation>was als %1 gespeichert werden sollte, ist %2</translation>
    </message>
    <message>
        <source>another program has been writing to %1 for too long</source>
        <translation>ein anderes Programm schreibt schon zu lange in %1</translation>
    </message>
    <message>
        <source>the layout %1 has no blob %2</source>
        <translation>das Layout %1 hat keinen Blob %2</translation>
    </message>
    <message>
        <source>%1 names a digest that can&apos;t be used for %2:%3</source>
        <translation>%1 nennt für %2:%3 einen Digest, der nicht verwendbar ist</translation>
    </message>
    <message>
        <source>the manifest of %1:%2 in %3 is damaged</source>
        <translation>das Manifest von %1:%2 in %3 ist beschädigt</translation>
    </message>
    <message>
        <source>%1:%2 is not a name for an image</source>
        <translation>%1:%2 ist kein Name für ein Image</translation>
    </message>
    <message>
        <source>%1 is damaged: %2</source>
        <translation>%1 ist beschädigt: %2</translation>
    </message>
    <message>
        <source>its manifests are no list</source>
        <translation>die Manifeste darin sind keine Liste</translation>
    </message>
    <message>
        <source>the manifest can&apos;t be used: %1</source>
        <translation>das Manifest ist nicht verwendbar: %1</translation>
    </message>
    <message>
        <source>%1 is not a text</source>
        <translation>%1 ist kein Text</translation>
    </message>
    <message>
        <source>an annotation is not a text</source>
        <translation>eine Annotation ist kein Text</translation>
    </message>
    <message>
        <source>a descriptor is not an object</source>
        <translation>ein Deskriptor ist kein Objekt</translation>
    </message>
    <message>
        <source>a descriptor has no digest</source>
        <translation>ein Deskriptor hat keinen Digest</translation>
    </message>
    <message>
        <source>a descriptor&apos;s digest is not sha256 or sha512</source>
        <translation>der Digest eines Deskriptors ist weder sha256 noch sha512</translation>
    </message>
    <message>
        <source>a descriptor&apos;s size is not a whole number from 0 to %1</source>
        <translation>die Größe eines Deskriptors ist keine ganze Zahl von 0 bis %1</translation>
    </message>
    <message>
        <source>its schemaVersion is not 2</source>
        <translation>seine schemaVersion ist nicht 2</translation>
    </message>
    <message>
        <source>it is both a manifest and an index</source>
        <translation>es ist Manifest und Index zugleich</translation>
    </message>
    <message>
        <source>it is an index of manifests</source>
        <translation>es ist ein Index von Manifesten</translation>
    </message>
    <message>
        <source>it says it is %1 and was sent as %2</source>
        <translation>es gibt sich als %1 aus und wurde als %2 gesendet</translation>
    </message>
    <message>
        <source>its type is %1</source>
        <translation>sein Typ ist %1</translation>
    </message>
    <message>
        <source>it has no layers</source>
        <translation>es hat keine Layer</translation>
    </message>
    <message>
        <source>it has no config</source>
        <translation>es hat keine Konfiguration</translation>
    </message>
    <message>
        <source>it is larger than %1 bytes</source>
        <translation>es ist größer als %1 Bytes</translation>
    </message>
    <message>
        <source>not enough memory</source>
        <translation>nicht genug Arbeitsspeicher</translation>
    </message>
    <message>
        <source>it is not an object</source>
        <translation>es ist kein Objekt</translation>
    </message>
    <message>
        <source>a key stands twice</source>
        <translation>ein Schlüssel kommt zweimal vor</translation>
    </message>
    <message>
        <source>tags</source>
        <translation>Tags</translation>
    </message>
    <message>
        <source>repositories</source>
        <translation>Repositorys</translation>
    </message>
    <message>
        <source>%1 did not list %2</source>
        <translation>%1 hat die %2 nicht aufgelistet</translation>
    </message>
    <message>
        <source>%1 listed %2 in no usable form</source>
        <translation>%1 hat die %2 in keiner brauchbaren Form aufgelistet</translation>
    </message>
    <message>
        <source>%1 lists more than %2 %3</source>
        <translation>%1 listet mehr als %2 %3 auf</translation>
    </message>
    <message>
        <source>%1 goes on listing %2 on another server</source>
        <translation>%1 setzt die Liste der %2 auf einem anderen Server fort</translation>
    </message>
    <message>
        <source>registry %1: %2</source>
        <translation>Registry %1: %2</translation>
    </message>
    <message>
        <source>oci-layout: needs a directory, for example oci-layout:./mirror</source>
        <translation>oci-layout: braucht einen Ordner, zum Beispiel oci-layout:./mirror</translation>
    </message>
    <message>
        <source>only https://, http://, oci:// and oci-layout: are known</source>
        <translation>nur https://, http://, oci:// und oci-layout: sind bekannt</translation>
    </message>
    <message>
        <source>not a registry; write for example ghcr.io/myorg</source>
        <translation>keine Registry; zum Beispiel ghcr.io/myorg schreiben</translation>
    </message>
    <message>
        <source>a user name or password does not belong into the address</source>
        <translation>ein Benutzername oder Passwort gehört nicht in die Adresse</translation>
    </message>
    <message>
        <source>an address has no ? or #</source>
        <translation>eine Adresse hat kein ? oder #</translation>
    </message>
    <message>
        <source>write it without /v2, which belongs to every registry&apos;s address</source>
        <translation>ohne /v2 schreiben, das zur Adresse jeder Registry gehört</translation>
    </message>
    <message>
        <source>registries do not allow %1 as a name: lower-case letters, digits and . _ - between them</source>
        <translation>Registrys erlauben %1 nicht als Namen: nur Kleinbuchstaben, Ziffern und dazwischen . _ -</translation>
    </message>
    <message>
        <source>%1 is announced with %2 bytes; at most %3 are taken here</source>
        <translation>%1 ist mit %2 Bytes angekündigt; hier werden höchstens %3 angenommen</translation>
    </message>
    <message>
        <source>the repository name %1/%2 is longer than %3 characters</source>
        <translation>der Repository-Name %1/%2 ist länger als %3 Zeichen</translation>
    </message>
    <message>
        <source>%1 did not delete it</source>
        <translation>%1 hat es nicht gelöscht</translation>
    </message>
    <message>
        <source>%1 did not say whether it has a blob</source>
        <translation>%1 hat nicht gesagt, ob ein Blob vorhanden ist</translation>
    </message>
    <message>
        <source>%1 did not give a blob</source>
        <translation>%1 hat einen Blob nicht geliefert</translation>
    </message>
    <message>
        <source>%1 is neither a tag nor a digest</source>
        <translation>%1 ist weder ein Tag noch ein Digest</translation>
    </message>
    <message>
        <source>%1 did not give a manifest</source>
        <translation>%1 hat ein Manifest nicht geliefert</translation>
    </message>
    <message>
        <source>%1/%2:%3: the manifest&apos;s bytes are not what its digest says</source>
        <translation>%1/%2:%3: der Inhalt des Manifests passt nicht zu seinem Digest</translation>
    </message>
    <message>
        <source>the manifest has %1 bytes; at most %2 are sent</source>
        <translation>das Manifest hat %1 Bytes; höchstens %2 werden gesendet</translation>
    </message>
    <message>
        <source>%1 takes no manifest of %2</source>
        <translation>%1 nimmt kein Manifest von %2 an</translation>
    </message>
    <message>
        <source>%1 did not take a manifest</source>
        <translation>%1 hat ein Manifest nicht angenommen</translation>
    </message>
    <message>
        <source>%1/%2:%3: the registry stored another manifest than was sent</source>
        <translation>%1/%2:%3: die Registry hat ein anderes Manifest gespeichert als gesendet wurde</translation>
    </message>
    <message>
        <source>%1 did not say what refers to a manifest</source>
        <translation>%1 hat nicht gesagt, was auf ein Manifest verweist</translation>
    </message>
    <message>
        <source>%1 is not an OCI registry</source>
        <translation>%1 ist keine OCI-Registry</translation>
    </message>
    <message>
        <source>%1 refuses access</source>
        <translation>%1 verweigert den Zugriff</translation>
    </message>
    <message>
        <source>%1 began no upload</source>
        <translation>%1 hat keinen Upload begonnen</translation>
    </message>
    <message>
        <source>%1 asks nobody to sign in</source>
        <translation>%1 verlangt keine Anmeldung</translation>
    </message>
    <message>
        <source>it gave no usable token</source>
        <translation>kein brauchbares Token erhalten</translation>
    </message>
    <message>
        <source>%1 names no usable token server</source>
        <translation>%1 nennt keinen brauchbaren Token-Server</translation>
    </message>
    <message>
        <source>%1 names a token server without encryption, %2</source>
        <translation>%1 nennt einen Token-Server ohne Verschlüsselung, %2</translation>
    </message>
    <message>
        <source>no token from %1</source>
        <translation>kein Token von %1</translation>
    </message>
    <message>
        <source>%1 gave no token</source>
        <translation>%1 hat kein Token ausgestellt</translation>
    </message>
    <message>
        <source>%1 did not sign %2 in</source>
        <translation>%1 hat %2 nicht angemeldet</translation>
    </message>
    <message>
        <source>%1 did not sign the identity token&apos;s owner in</source>
        <translation>%1 hat den Inhaber des Identitätstokens nicht angemeldet</translation>
    </message>
    <message>
        <source>wrong bytes: %1 of %2 bytes was asked for, %3 of %4 bytes came</source>
        <translation>falsche Daten: %1 mit %2 Bytes war verlangt, %3 mit %4 Bytes kam</translation>
    </message>
    <message>
        <source>1 package has no sha256 in the source&apos;s index; its bytes are checked by md5 only</source>
        <translation>1 Paket hat im Index der Quelle keine sha256; seine Bytes werden nur mit md5 geprüft</translation>
    </message>
    <message>
        <source>can&apos;t lock %1: %2</source>
        <translation>%1 konnte nicht gesperrt werden: %2</translation>
    </message>
    <message>
        <source>the output could not be written: %1</source>
        <translation>die Ausgabe konnte nicht geschrieben werden: %1</translation>
    </message>
    <message>
        <source>it is a folder</source>
        <translation>es ist ein Ordner</translation>
    </message>
    <message>
        <source>the link leads nowhere</source>
        <translation>der Link führt nirgendwohin</translation>
    </message>
    <message>
        <source>no program reads from this pipe</source>
        <translation>kein Programm liest aus dieser Pipe</translation>
    </message>
    <message>
        <source>it is a link into the folder %1, which does not exist</source>
        <translation>es ist ein Link in den Ordner %1, den es nicht gibt</translation>
    </message>
    <message>
        <source>a folder named %1</source>
        <translation>Ordner %1</translation>
    </message>
    <message>
        <source>not an address of a package</source>
        <translation>keine Adresse eines Pakets</translation>
    </message>
    <message>
        <source>at an address of the kind %1:, which is not a channel&apos;s</source>
        <translation>an einer Adresse der Art %1:, die kein Kanal hat</translation>
    </message>
    <message>
        <source>not a package file</source>
        <translation>keine Paketdatei</translation>
    </message>
    <message>
        <source>not in a channel&apos;s folder of a platform</source>
        <translation>nicht im Plattform-Ordner eines Kanals</translation>
    </message>
    <message>
        <source>%1 is neither a sha256 nor an md5 sum</source>
        <translation>%1 ist weder eine sha256- noch eine md5-Prüfsumme</translation>
    </message>
    <message>
        <source>an entry of an unknown kind</source>
        <translation>ein Eintrag unbekannter Art</translation>
    </message>
    <message>
        <source>line %1</source>
        <translation>Zeile %1</translation>
    </message>
    <message>
        <source>it is an environment.yml, which lists requirements and not packages; make a lock file with conda-lock or pixi, or with `conda list --explicit`</source>
        <translation>es ist eine environment.yml, die Anforderungen aufführt und keine Pakete; eine Lock-Datei mit conda-lock oder pixi erstellen oder mit `conda list --explicit`</translation>
    </message>
    <message>
        <source>none of its entries is of a known kind</source>
        <translation>keiner ihrer Einträge ist von bekannter Art</translation>
    </message>
    <message>
        <source>it is neither a pixi.lock, a conda-lock.yml nor an @EXPLICIT list; line %1 is not YAML</source>
        <translation>sie ist weder eine pixi.lock noch eine conda-lock.yml noch eine @EXPLICIT-Liste; Zeile %1 ist kein YAML</translation>
    </message>
    <message>
        <source>it is not a text file</source>
        <translation>es ist keine Textdatei</translation>
    </message>
    <message>
        <source>it is a pixi.toml or pyproject.toml, which lists requirements and not packages; give its lock file, pixi.lock</source>
        <translation>es ist eine pixi.toml oder pyproject.toml, die Anforderungen aufführt und keine Pakete; die zugehörige Lock-Datei pixi.lock angeben</translation>
    </message>
    <message>
        <source>its info/index.json makes no usable record: %1</source>
        <translation>seine info/index.json ergibt keinen verwendbaren Eintrag: %1</translation>
    </message>
    <message>
        <source>it is not %1</source>
        <translation>es ist kein %1</translation>
    </message>
    <message>
        <source>not enough memory to read %1</source>
        <translation>nicht genug Arbeitsspeicher, um %1 zu lesen</translation>
    </message>
    <message>
        <source>its %1 is damaged</source>
        <translation>die %1-Daten darin sind beschädigt</translation>
    </message>
    <message>
        <source>%1 is in it twice</source>
        <translation>%1 ist zweimal darin</translation>
    </message>
    <message>
        <source>the hard link %1 leads out of the package</source>
        <translation>der Hardlink %1 führt aus dem Paket hinaus</translation>
    </message>
    <message>
        <source>%1 is a hard link to a file outside info/</source>
        <translation>%1 ist ein Hardlink auf eine Datei außerhalb von info/</translation>
    </message>
    <message>
        <source>%1 is a hard link to a file that is not before it in the archive</source>
        <translation>%1 ist ein Hardlink auf eine Datei, die im Archiv nicht davor liegt</translation>
    </message>
    <message>
        <source>%1 is a hard link to a member that is a link or is left out itself</source>
        <translation>%1 ist ein Hardlink auf etwas, das selbst ein Link ist oder ausgelassen wird</translation>
    </message>
    <message>
        <source>%1 has %2 bytes (at most %3 are kept)</source>
        <translation>%1 hat %2 Bytes (höchstens %3 werden behalten)</translation>
    </message>
    <message>
        <source>%1 exceeds the %2 bytes that are kept of info/</source>
        <translation>%1 überschreitet die %2 Bytes, die von info/ behalten werden</translation>
    </message>
    <message>
        <source>a second copy of %1</source>
        <translation>eine zweite Kopie von %1</translation>
    </message>
    <message>
        <source>%1 is in it twice, with different content</source>
        <translation>%1 ist zweimal darin, mit unterschiedlichem Inhalt</translation>
    </message>
    <message>
        <source>%1 means something else on other systems</source>
        <translation>%1 bedeutet auf anderen Systemen etwas anderes</translation>
    </message>
    <message>
        <source>%1 has a path of more than %2 bytes</source>
        <translation>%1 hat einen Pfad von mehr als %2 Bytes</translation>
    </message>
    <message>
        <source>it has bytes that are not UTF-8</source>
        <translation>es enthält Bytes, die kein UTF-8 sind</translation>
    </message>
    <message>
        <source>it has an escape that is not a character (half of a surrogate pair, for example)</source>
        <translation>es enthält eine Escape-Sequenz, die kein Zeichen ist (zum Beispiel ein halbes Surrogatpaar)</translation>
    </message>
    <message>
        <source>it has a control character in a text</source>
        <translation>es enthält ein Steuerzeichen in einem Text</translation>
    </message>
    <message>
        <source>its brackets are nested too deep</source>
        <translation>die Klammern darin sind zu tief verschachtelt</translation>
    </message>
    <message>
        <source>there is not enough memory to read it</source>
        <translation>der Arbeitsspeicher reicht nicht, um es zu lesen</translation>
    </message>
    <message>
        <source>it is not valid JSON</source>
        <translation>es ist kein gültiges JSON</translation>
    </message>
    <message>
        <source>it is a gzip file</source>
        <translation>es ist eine gzip-Datei</translation>
    </message>
    <message>
        <source>it is a zstd file</source>
        <translation>es ist eine zstd-Datei</translation>
    </message>
    <message>
        <source>it is a bzip2 file</source>
        <translation>es ist eine bzip2-Datei</translation>
    </message>
    <message>
        <source>it is a zip file</source>
        <translation>es ist eine ZIP-Datei</translation>
    </message>
    <message>
        <source>it is UTF-16 text; save it as UTF-8</source>
        <translation>es ist Text in UTF-16; als UTF-8 speichern</translation>
    </message>
    <message>
        <source>it is a Git LFS pointer; run `git lfs pull` to fetch the file itself</source>
        <translation>es ist ein Git-LFS-Zeiger; mit `git lfs pull` die Datei selbst holen</translation>
    </message>
    <message>
        <source>it is an HTML page, for example a sign-in or an error page</source>
        <translation>es ist eine HTML-Seite, zum Beispiel eine Anmelde- oder Fehlerseite</translation>
    </message>
    <message>
        <source>it is an XML document: %1</source>
        <translation>es ist ein XML-Dokument: %1</translation>
    </message>
    <message>
        <source>expected key=value between [ and ]</source>
        <translation>zwischen [ und ] wird SCHLÜSSEL=WERT erwartet</translation>
    </message>
    <message>
        <source>a quotation mark or a ] is missing</source>
        <translation>es fehlt ein Anführungszeichen oder ein ]</translation>
    </message>
    <message>
        <source>%1 has no value</source>
        <translation>%1 hat keinen Wert</translation>
    </message>
    <message>
        <source>the channel is missing</source>
        <translation>der Kanal fehlt</translation>
    </message>
    <message>
        <source>it names two platforms, %1 and %2</source>
        <translation>sie nennt zwei Plattformen, %1 und %2</translation>
    </message>
    <message>
        <source>conditions (&quot;; if ...&quot;) are not supported here; write the package alone</source>
        <translation>Bedingungen („; if ...“) werden hier nicht unterstützt; nur das Paket schreiben</translation>
    </message>
    <message>
        <source>it names a channel twice</source>
        <translation>sie nennt zweimal einen Kanal</translation>
    </message>
    <message>
        <source>a package&apos;s name can&apos;t contain one of , ; / \ &quot; &apos;; name each by itself</source>
        <translation>der Name eines Pakets kann keines der Zeichen , ; / \ &quot; &apos; enthalten; jedes einzeln angeben</translation>
    </message>
    <message>
        <source>its metadata.json is too large</source>
        <translation>seine metadata.json ist zu groß</translation>
    </message>
    <message>
        <source>it is not an index: it has no section of packages; it begins with %1</source>
        <translation>es ist kein Index: es enthält keinen Abschnitt mit Paketen; es beginnt mit %1</translation>
    </message>
    <message>
        <source>it begins with %1</source>
        <translation>es beginnt mit %1</translation>
    </message>
    <message>
        <source>it ends early, after %1 bytes</source>
        <translation>es endet vorzeitig, nach %1 Bytes</translation>
    </message>
    <message>
        <source>%1, near byte %2</source>
        <translation>%1, nahe Byte %2</translation>
    </message>
    <message>
        <source>its record can&apos;t be read: %1</source>
        <translation>sein Eintrag ist nicht lesbar: %1</translation>
    </message>
    <message>
        <source>its %1 is nested too deep</source>
        <translation>die Angabe %1 ist zu tief verschachtelt</translation>
    </message>
    <message>
        <source>the archive is not read further than %1: %2</source>
        <translation>das Archiv wird nicht weiter als bis %1 gelesen: %2</translation>
    </message>
    <message>
        <source>the map of a sparse file is malformed</source>
        <translation>die Tabelle einer Datei mit Lücken (sparse) ist fehlerhaft</translation>
    </message>
    <message>
        <source>it has more than %1 parts</source>
        <translation>sie hat mehr als %1 Teile</translation>
    </message>
    <message>
        <source>it does not begin with the header of a tar</source>
        <translation>es beginnt nicht mit dem Header eines tar-Archivs</translation>
    </message>
    <message>
        <source>the checksum of the header that follows is wrong</source>
        <translation>die Prüfsumme des folgenden Headers ist falsch</translation>
    </message>
    <message>
        <source>the directory of its zip is damaged</source>
        <translation>das Verzeichnis seines ZIP-Archivs ist beschädigt</translation>
    </message>
    <message>
        <source>its zip is one of several disks</source>
        <translation>sein ZIP-Archiv ist auf mehrere Datenträger verteilt</translation>
    </message>
    <message>
        <source>%1 is not within its zip</source>
        <translation>%1 liegt nicht innerhalb seines ZIP-Archivs</translation>
    </message>
    <message>
        <source>%1 overlaps what follows it in its zip</source>
        <translation>%1 überlappt sich in seinem ZIP-Archiv mit dem, was folgt</translation>
    </message>
    <message>
        <source>%1 does not have the size and the checksum that its zip declares</source>
        <translation>%1 hat nicht die Größe und die Prüfsumme, die sein ZIP-Archiv angibt</translation>
    </message>
    <message>
        <source>%1 is in its zip twice</source>
        <translation>%1 ist zweimal in seinem ZIP-Archiv</translation>
    </message>
    <message>
        <source>%1 is not where the directory of its zip says</source>
        <translation>%1 liegt nicht dort, wo das Verzeichnis seines ZIP-Archivs angibt</translation>
    </message>
    <message>
        <source>%1 is compressed in an unknown way (%2)</source>
        <translation>%1 ist auf unbekannte Art komprimiert (%2)</translation>
    </message>
    <message>
        <source>%1 inflates to more than %2 times its size</source>
        <translation>entpackt ist %1 mehr als %2-mal so groß</translation>
    </message>
    <message>
        <source>%1 broke off within a compressed answer, after %2 bytes</source>
        <translation>%1 hat innerhalb einer komprimierten Antwort abgebrochen, nach %2 Bytes</translation>
    </message>
    <message>
        <source>the address of its host can&apos;t be found</source>
        <translation>die Adresse ihres Hosts ist nicht zu finden</translation>
    </message>
    <message>
        <source>the answer&apos;s compression is damaged</source>
        <translation>die Kompression der Antwort ist beschädigt</translation>
    </message>
    <message>
        <source>the answer inflates to more than %1 times its size</source>
        <translation>die Antwort ist entpackt mehr als %1-mal so groß</translation>
    </message>
    <message>
        <source>%1: other index files were deleted from the cache, because they do not list what the new index lists: %2</source>
        <translation>%1: andere Indexdateien wurden aus dem Cache gelöscht, weil sie nicht aufführen, was der neue Index aufführt: %2</translation>
    </message>
    <message>
        <source>the index of the cache itself was not updated: %1</source>
        <translation>der Index des Caches selbst wurde nicht aktualisiert: %1</translation>
    </message>
    <message>
        <source>packages that the channel removed from its index are left as they are: %1</source>
        <translation>Pakete, die der Kanal aus seinem Index entfernt hat, bleiben unverändert: %1</translation>
    </message>
    <message>
        <source>%1 can&apos;t be used (%2); %3 was read in its place</source>
        <translation>%1 ist nicht verwendbar (%2); stattdessen wurde %3 gelesen</translation>
    </message>
    <message>
        <source>no registry was given</source>
        <translation>es wurde keine Registry angegeben</translation>
    </message>
    <message>
        <source>the registry is missing, for example ghcr.io/myorg</source>
        <translation>die Registry fehlt, zum Beispiel ghcr.io/myorg</translation>
    </message>
    <message>
        <source>&apos;%1&apos; is a package of the channel %2, but this run copies the channel %3</source>
        <translation>„%1“ ist ein Paket des Kanals %2, aber dieser Lauf kopiert den Kanal %3</translation>
    </message>
    <message>
        <source>%1 names it, but %2</source>
        <translation>%1 nennt es, aber %2</translation>
    </message>
    <message>
        <source>%1 names it; it is not a package of a channel</source>
        <translation>%1 nennt es; es ist kein Paket eines Kanals</translation>
    </message>
    <message>
        <source>%1: no longer in the channel&apos;s index, and left out of the mirror&apos;s: %2; what was copied stays in %3</source>
        <translation>%1: nicht mehr im Index des Kanals und daher auch nicht in dem des Spiegels: %2; was kopiert ist, bleibt in %3</translation>
    </message>
    <message>
        <source>%1 has no index of %2; there is nothing to copy for it</source>
        <translation>%1 hat keinen Index für %2; dafür ist nichts zu kopieren</translation>
    </message>
    <message>
        <source>shard %1 of %2: %3 package of the channel is not there yet</source>
        <translation>Shard %1 von %2: %3 Paket des Kanals ist noch nicht da</translation>
    </message>
    <message>
        <source>%1: this condition is not understood, so the package is taken by its name</source>
        <translation>%1: diese Bedingung ist nicht verständlich, daher zählt nur der Name des Pakets</translation>
    </message>
    <message>
        <source>its licence forbids mirroring it; install it from the channel itself</source>
        <translation>seine Lizenz verbietet das Spiegeln; direkt aus dem Kanal installieren</translation>
    </message>
    <message>
        <source>%1/%2 can&apos;t be in a mirror, and is left out: %3</source>
        <translation>%1/%2 kann nicht in einem Spiegel stehen und wird ausgelassen: %3</translation>
    </message>
    <message>
        <source>left out because their licences forbid mirroring: %1</source>
        <translation>ausgelassen, weil ihre Lizenzen das Spiegeln verbieten: %1</translation>
    </message>
    <message>
        <source>%1; if it is a registry, write %2</source>
        <translation>%1; falls es eine Registry ist, %2 schreiben</translation>
    </message>
    <message>
        <source>%1 does not say which platforms it has; these were not looked at: %2; to copy one, name it with --subdir</source>
        <translation>%1 sagt nicht, welche Plattformen es dort gibt; diese wurden nicht angesehen: %2; um eine zu kopieren, sie mit --subdir angeben</translation>
    </message>
    <message>
        <source>%1 is a mirror of %2; to copy %3 into it would take the packages of %2 out of its index. Give this channel a name of its own with --as NAME, or replace the other one with --adopt</source>
        <translation>%1 ist ein Spiegel von %2; würde %3 hineinkopiert, fielen die Pakete von %2 aus seinem Index. Diesem Kanal mit --as NAME einen eigenen Namen geben oder den anderen mit --adopt ersetzen</translation>
    </message>
    <message>
        <source>mamba 2 and pixi ask for %1 of each platform first; make these public as well</source>
        <translation>mamba 2 und pixi fragen bei jeder Plattform zuerst nach %1; auch diese öffentlich machen</translation>
    </message>
    <message>
        <source>%1 lets installers keep an index for %2 (its Cache-Control header), so they do not see what is mirrored later: run mamba or micromamba with --repodata-ttl 0, or put a proxy in front of it that removes that header</source>
        <translation>%1 erlaubt Installationsprogrammen, einen Index zu behalten (Header Cache-Control, Dauer: %2), sodass sie nicht sehen, was später gespiegelt wird: mamba oder micromamba mit --repodata-ttl 0 aufrufen oder einen Proxy davorsetzen, der diesen Header entfernt</translation>
    </message>
    <message>
        <source>1 day</source>
        <translation>1 Tag</translation>
    </message>
    <message>
        <source>%1 days</source>
        <translation>%1 Tage</translation>
    </message>
    <message>
        <source>%1 and %2</source>
        <translation>%1 und %2</translation>
    </message>
    <message>
        <source>wrote 1 manifest of version 0.1 anew; its package was not sent again</source>
        <translation>1 Manifest der Version 0.1 neu geschrieben; sein Paket wurde nicht noch einmal gesendet</translation>
    </message>
    <message>
        <source>wrote %1 manifests of version 0.1 anew; their packages were not sent again</source>
        <translation>%1 Manifeste der Version 0.1 neu geschrieben; ihre Pakete wurden nicht noch einmal gesendet</translation>
    </message>
    <message>
        <source>manifests of version 0.1 that could not be written anew: %1 (%2). The Python tool can&apos;t read them; the next run tries again</source>
        <translation>Manifeste der Version 0.1, die nicht neu geschrieben werden konnten: %1 (%2). Das Python-Werkzeug kann sie nicht lesen; der nächste Lauf versucht es erneut</translation>
    </message>
    <message>
        <source>%1/%2 was mirrored, but its info.tar.gz lacks some of its info/: %3</source>
        <translation>%1/%2 wurde gespiegelt, aber in seiner info.tar.gz fehlt etwas aus info/: %3</translation>
    </message>
    <message>
        <source>%1; and %2 more</source>
        <translation>%1; und %2 weitere</translation>
    </message>
    <message>
        <source>%1 does not take the repositories %2 of each platform, so mamba 2 and pixi may not find a channel there: %3</source>
        <translation>%1 nimmt die Repositorys %2 der Plattformen nicht an; mamba 2 und pixi finden dort daher vielleicht keinen Kanal: %3</translation>
    </message>
    <message>
        <source>%1 of %2 lists %3 packages; that of %4 lists %5, of which %6 would go. This looks like a fault of the source, so the index was left as it is; if it is meant so, run this again with --allow-shrink</source>
        <translation>%1 von %2 führt %3 Pakete auf; die von %4 führt %5 auf, von denen %6 wegfielen. Das sieht nach einem Fehler der Quelle aus, daher blieb der Index, wie er ist; falls es so gewollt ist, mit --allow-shrink wiederholen</translation>
    </message>
    <message>
        <source>%1 was sent a blob of %2 more than %3 times and does not have it</source>
        <translation>%1 hat einen Blob von %2 mehr als %3-mal erhalten und hat ihn trotzdem nicht</translation>
    </message>
    <message>
        <source>GitHub makes new packages private; anonymous readers see them once they are made public there</source>
        <translation>GitHub macht neue Pakete privat; ohne Anmeldung sind sie erst lesbar, wenn sie dort öffentlich gemacht sind</translation>
    </message>
    <message>
        <source>Docker Hub has names of two parts only and limits how much may be pulled</source>
        <translation>Docker Hub kennt nur Namen aus zwei Teilen und begrenzt, wie viel heruntergeladen werden darf</translation>
    </message>
    <message>
        <source>Amazon ECR wants every repository created before anything is pushed to it</source>
        <translation>Amazon ECR verlangt, dass jedes Repository angelegt ist, bevor etwas hochgeladen wird</translation>
    </message>
    <message>
        <source>Quay makes new repositories private; anonymous readers see them once they are public</source>
        <translation>Quay macht neue Repositorys privat; ohne Anmeldung sind sie erst lesbar, wenn sie öffentlich sind</translation>
    </message>
    <message>
        <source>nothing in %1 is of the channel %2; the first entry is %3: %4</source>
        <translation>nichts in %1 ist aus dem Kanal %2; der erste Eintrag ist %3: %4</translation>
    </message>
    <message>
        <source>can&apos;t delete %1</source>
        <translation>%1 lässt sich nicht löschen</translation>
    </message>
    <message>
        <source>it is damaged (%1); if it was rebuilt on purpose, run this again with --trust-files</source>
        <translation>sie ist beschädigt (%1); wurde sie absichtlich neu gebaut, noch einmal mit --trust-files aufrufen</translation>
    </message>
    <message>
        <source>%1 is not a file</source>
        <translation>%1 ist keine Datei</translation>
    </message>
    <message>
        <source>%1 lists other bytes under this name; if the file was rebuilt on purpose, run this again with --trust-files</source>
        <translation>%1 führt unter diesem Namen anderen Inhalt; wurde die Datei absichtlich neu gebaut, noch einmal mit --trust-files aufrufen</translation>
    </message>
    <message>
        <source>what stood at %1 could not be read as a manifest and was written over (%2)</source>
        <translation>was bei %1 stand, war nicht als Manifest lesbar und wurde überschrieben (%2)</translation>
    </message>
    <message>
        <source>manifests that could not be read, were written over, and are not named here: %1</source>
        <translation>nicht lesbare Manifeste, die überschrieben wurden und hier nicht genannt sind: %1</translation>
    </message>
    <message>
        <source>the index does not say its size, and %1</source>
        <translation>der Index nennt ihre Größe nicht, und %1</translation>
    </message>
    <message>
        <source>more than %1 came</source>
        <translation>es kamen mehr als %1</translation>
    </message>
    <message>
        <source>it fills the disk: after %1 less than %2 are free</source>
        <translation>sie füllt die Festplatte: nach %1 sind weniger als %2 frei</translation>
    </message>
    <message>
        <source>after %1 of it: %2</source>
        <translation>nach %1 davon: %2</translation>
    </message>
    <message>
        <source>%1 is a folder, and a blob is to be written there; move it away</source>
        <translation>%1 ist ein Ordner, und dort ist ein Blob zu schreiben; verschieben Sie ihn</translation>
    </message>
    <message>
        <source>its name is not UTF-8; rename it, or reach it by another name (a link)</source>
        <translation>Der Name ist kein UTF-8; benennen Sie es um oder verwenden Sie einen anderen Namen dafür (einen Link)</translation>
    </message>
    <message>
        <source>it is not a file</source>
        <translation>Es ist keine Datei</translation>
    </message>
    <message>
        <source>it has more than %1 entries</source>
        <translation>Sie hat mehr als %1 Einträge</translation>
    </message>
    <message>
        <source>%1 is beyond the %2 members or %3 bytes that are kept of info/</source>
        <translation>%1 liegt jenseits der %2 Dateien oder %3 Bytes, die von info/ behalten werden</translation>
    </message>
    <message>
        <source>it is neither a pixi.lock, a conda-lock.yml nor an @EXPLICIT list; line %1 is nested too deep</source>
        <translation>Es ist weder eine pixi.lock, eine conda-lock.yml noch eine @EXPLICIT-Liste; Zeile %1 ist zu tief verschachtelt</translation>
    </message>
    <message>
        <source>it has more than %1 values</source>
        <translation>Sie hat mehr als %1 Werte</translation>
    </message>
    <message>
        <source>its anchors and aliases take more than %1 bytes, on line %2</source>
        <translation>Ihre Anker und Aliasse brauchen mehr als %1 Bytes, in Zeile %2</translation>
    </message>
    <message>
        <source>behind line %1 something goes on for more than %2 bytes that is no value of a lock file</source>
        <translation>Nach Zeile %1 folgen mehr als %2 Bytes, die kein Wert einer Lock-Datei sind</translation>
    </message>
    <message>
        <source>it contains letters beyond ASCII, which conda does not allow in names</source>
        <translation>Er enthält Zeichen außerhalb von ASCII, die conda in Namen nicht erlaubt</translation>
    </message>
    <message>
        <source>%1 needs a newer version of the zip format than 6.3</source>
        <translation>%1 braucht eine neuere Version des Zip-Formats als 6.3</translation>
    </message>
    <message>
        <source>%1/%2 was listed, but the registry does not have it any more, so it is left out of the index; run this once more to bring it</source>
        <translation>%1/%2 war verzeichnet, aber die Registry hat es nicht mehr; deshalb fehlt es im Index. Führen Sie dies noch einmal aus, um es zu kopieren</translation>
    </message>
    <message>
        <source>Further packages whose info.tar.gz lacks members: %1</source>
        <translation>Weitere Pakete, in deren info.tar.gz etwas fehlt: %1</translation>
    </message>
    <message>
        <source>for various reasons</source>
        <translation>aus verschiedenen Gründen</translation>
    </message>
    <message>
        <source>the document inflates to more than %1 times its size, as no index does</source>
        <translation>Das Dokument wächst beim Entpacken auf mehr als das %1-Fache, wie es kein Index tut</translation>
    </message>
    <message>
        <source>it begins with %1 bytes of white space</source>
        <translation>Es beginnt mit %1 Bytes Leerraum</translation>
    </message>
    <message>
        <source>this computer does not have enough memory to read an index of %1 bytes</source>
        <translation>Dieser Rechner hat nicht genug Speicher, um einen Index von %1 Bytes zu lesen</translation>
    </message>
    <message>
        <source>not a valid repodata.json: it has more than %1 keys</source>
        <translation>Keine gültige repodata.json: Sie hat mehr als %1 Schlüssel</translation>
    </message>
    <message>
        <source>not a valid repodata.json: it has more records than its size has room for: more than %1 in %2 bytes</source>
        <translation>Keine gültige repodata.json: Sie hat mehr Einträge, als bei ihrer Größe möglich sind: mehr als %1 in %2 Bytes</translation>
    </message>
    <message>
        <source>this computer does not have enough memory for the answer of %1</source>
        <translation>Dieser Rechner hat nicht genug Speicher für die Antwort von %1</translation>
    </message>
    <message>
        <source>the head of the answer of %1 has more than %2 bytes</source>
        <translation>Der Kopf der Antwort von %1 hat mehr als %2 Bytes</translation>
    </message>
    <message>
        <source>%1 sent more than %2 bytes that are not content</source>
        <translation>%1 hat mehr als %2 Bytes gesendet, die kein Inhalt sind</translation>
    </message>
    <message>
        <source>%1 more</source>
        <translation>%1 weitere</translation>
    </message>
    <message>
        <source>%1 dependencies that the source does not have for these platforms</source>
        <translation>%1 Abhängigkeiten, die die Quelle für diese Plattformen nicht hat</translation>
    </message>
    <message>
        <source>%1 conditions are not understood, so their packages are taken by their names</source>
        <translation>%1 Bedingungen werden nicht verstanden; ihre Pakete werden nach dem Namen genommen</translation>
    </message>
    <message>
        <source>%1 can&apos;t be in a mirror, and are left out: %2</source>
        <translation>%1 können in keinem Spiegel sein und werden ausgelassen: %2</translation>
    </message>
    <message>
        <source>the index of %1 takes %2 bytes of memory though only %3 came for it; together with those of the other platforms that is more than an index needs</source>
        <translation>Der Index von %1 braucht %2 Bytes Speicher, obwohl dafür nur %3 kamen; zusammen mit denen der anderen Plattformen ist das mehr, als ein Index braucht</translation>
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
        <source>Waiting for another run</source>
        <translation>Warten auf einen anderen Lauf</translation>
    </message>
    <message>
        <source>This computer could not go on: %1</source>
        <translation>Dieser Computer konnte nicht weitermachen: %1</translation>
    </message>
    <message>
        <source>Asking for each package</source>
        <translation>Jedes Paket wird erfragt</translation>
    </message>
    <message>
        <source>No registry was looked at: this is the plan for an empty one</source>
        <translation>Es wurde keine Registry angesehen: dies ist der Plan für eine leere</translation>
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
    <message>
        <source>Format</source>
        <translation>Format</translation>
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
    <message>
        <source>No package matches the filter.</source>
        <translation>Kein Paket passt zum Filter.</translation>
    </message>
    <message>
        <source>No damaged package was found.</source>
        <translation>Es wurde kein beschädigtes Paket gefunden.</translation>
    </message>
    <message>
        <source>There are no packages in this folder.</source>
        <translation>In diesem Ordner sind keine Pakete.</translation>
    </message>
    <message numerus="yes">
        <source>%1, %n missing</source>
        <translation>
            <numerusform>%1, %n fehlt</numerusform>
            <numerusform>%1, %n fehlen</numerusform>
        </translation>
    </message>
    <message>
        <source>This folder is a channel by itself. A cache is a folder with a folder for each channel in it: open the one around it, %1.</source>
        <translation>Dieser Ordner ist selbst ein Kanal. Ein Cache ist ein Ordner, der für jeden Kanal einen Ordner enthält: den darum herum öffnen, %1.</translation>
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
    <message numerus="yes">
        <source>%1, %n can&apos;t be used</source>
        <translation>
            <numerusform>%1, %n nicht verwendbar</numerusform>
            <numerusform>%1, %n nicht verwendbar</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Writing down %n package(s)…</source>
        <translation>
            <numerusform>%n Paket wird aufgeschrieben …</numerusform>
            <numerusform>%n Pakete werden aufgeschrieben …</numerusform>
        </translation>
    </message>
    <message>
        <source>Channels</source>
        <translation>Kanäle</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Adresse</translation>
    </message>
    <message>
        <source>Index read</source>
        <translation>Index gelesen</translation>
    </message>
    <message>
        <source>There are no packages in these platforms.</source>
        <translation>Für diese Plattformen gibt es keine Pakete.</translation>
    </message>
    <message>
        <source>No package matches the filter.</source>
        <translation>Kein Paket passt zum Filter.</translation>
    </message>
    <message>
        <source>never</source>
        <translation>nie</translation>
    </message>
    <message>
        <source>&amp;Others</source>
        <translation>&amp;Andere</translation>
    </message>
    <message>
        <source>1 package</source>
        <translation>1 Paket</translation>
    </message>
    <message>
        <source>%1 of %2 package</source>
        <translation>%1 von %2 Paket</translation>
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
        <source>The packages that you selected</source>
        <translation>Die ausgewählten Pakete</translation>
    </message>
    <message>
        <source>Choose a platform at least.</source>
        <translation>Mindestens eine Plattform auswählen.</translation>
    </message>
    <message>
        <source>Ask the registry for each planned package</source>
        <translation>Die Registry nach jedem geplanten Paket fragen</translation>
    </message>
    <message>
        <source>Publish an ind&amp;ex that has lost most of its packages</source>
        <translation>&amp;Auch einen Index veröffentlichen, der die meisten Pakete verloren hat</translation>
    </message>
    <message>
        <source>Otherwise an index that lost everything, or more than half and over 100 of its packages, is left as it is in the destination</source>
        <translation>Sonst bleibt ein Index, der alles oder mehr als die Hälfte und über 100 seiner Pakete verloren hat, am Ziel, wie er ist</translation>
    </message>
    <message>
        <source>Replace a mirror of another channel (a&amp;dopt it)</source>
        <translation>Spiege&amp;l eines anderen Kanals ersetzen (übernehmen)</translation>
    </message>
    <message>
        <source>Otherwise a mirror under this name that was made from another channel is left as it is</source>
        <translation>Sonst bleibt ein gleichnamiger Spiegel eines anderen Kanals, wie er ist</translation>
    </message>
    <message>
        <source>Strict: a build that no registr&amp;y can hold counts as failed</source>
        <translation>Streng: &amp;was keine Registry aufnehmen kann, gilt als fehlgeschlagen</translation>
    </message>
    <message>
        <source>Otherwise it is noted and left out</source>
        <translation>Sonst wird es vermerkt und ausgelassen</translation>
    </message>
    <message>
        <source>Trust rebuilt files</source>
        <translation>Neu gebauten Dateien vertrauen</translation>
    </message>
    <message>
        <source>Otherwise files with other bytes than an index lists under their names count as damaged</source>
        <translation>Sonst gelten Dateien mit anderem Inhalt, als ein Index unter ihrem Namen nennt, als beschädigt</translation>
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
    <message>
        <source>What can be done</source>
        <translation>Was sich tun lässt</translation>
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
    <message>
        <source>No package matches the filter.</source>
        <translation>Kein Paket passt zum Filter.</translation>
    </message>
    <message>
        <source>The program ended while this ran. To resume it copies what is not there yet.</source>
        <translation>Das Programm wurde währenddessen beendet. Fortsetzen kopiert, was noch nicht da ist.</translation>
    </message>
    <message>
        <source>No package failed.</source>
        <translation>Kein Paket ist fehlgeschlagen.</translation>
    </message>
    <message>
        <source>There was nothing to copy.</source>
        <translation>Es gab nichts zu kopieren.</translation>
    </message>
    <message>
        <source>not begun</source>
        <translation>nicht begonnen</translation>
    </message>
    <message>
        <source>What became of its packages was not kept.</source>
        <translation>Was aus den Paketen wurde, ist nicht gespeichert.</translation>
    </message>
    <message>
        <source>It ended before anything was copied.</source>
        <translation>Die Übertragung endete, bevor etwas kopiert wurde.</translation>
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
    <message>
        <source>%1 failed: %2 (%3)</source>
        <translation>%1 ist fehlgeschlagen: %2 (%3)</translation>
    </message>
    <message numerus="yes">
        <source>%n package(s) failed: %1 (%2)</source>
        <translation>
            <numerusform>%n Paket ist fehlgeschlagen: %1 (%2)</numerusform>
            <numerusform>%n Pakete sind fehlgeschlagen: %1 (%2)</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;Retry Failed</source>
        <translation>&amp;Fehlgeschlagene wiederholen</translation>
    </message>
    <message>
        <source>Res&amp;ume</source>
        <translation>F&amp;ortsetzen</translation>
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
    <message>
        <source>Least ti&amp;me between packages</source>
        <translation>&amp;Mindestabstand der Pakete</translation>
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
    <message>
        <source>⚠ %1</source>
        <translation>⚠ %1</translation>
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
    <message>
        <source>no connection</source>
        <translation>keine Verbindung</translation>
    </message>
    <message>
        <source>it took too long</source>
        <translation>es hat zu lange gedauert</translation>
    </message>
    <message>
        <source>certificate not trusted</source>
        <translation>Zertifikat nicht vertrauenswürdig</translation>
    </message>
    <message>
        <source>not allowed</source>
        <translation>nicht erlaubt</translation>
    </message>
    <message>
        <source>not found</source>
        <translation>nicht gefunden</translation>
    </message>
    <message>
        <source>too many requests</source>
        <translation>zu viele Anfragen</translation>
    </message>
    <message>
        <source>the server failed</source>
        <translation>Fehler des Servers</translation>
    </message>
    <message>
        <source>an answer that makes no sense</source>
        <translation>unverständliche Antwort</translation>
    </message>
    <message>
        <source>wrong checksum</source>
        <translation>falsche Prüfsumme</translation>
    </message>
    <message>
        <source>not a package that can be read</source>
        <translation>kein lesbares Paket</translation>
    </message>
    <message>
        <source>the disk</source>
        <translation>Datenträger</translation>
    </message>
    <message>
        <source>it can&apos;t be done as asked</source>
        <translation>so nicht möglich</translation>
    </message>
    <message>
        <source>Getting ready</source>
        <translation>Wird vorbereitet</translation>
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
    <message>
        <source>%1 of %2 package</source>
        <translation>%1 von %2 Paket</translation>
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
    <message>
        <source>%1 of %2 package</source>
        <translation>%1 von %2 Paket</translation>
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
    <message>
        <source>&amp;Remove from the List…</source>
        <translation>&amp;Aus der Liste entfernen …</translation>
    </message>
    <message>
        <source>Remove the transfer</source>
        <translation>Übertragung entfernen</translation>
    </message>
    <message>
        <source>Remove %1 from the list? Its report goes, too; what was copied stays.</source>
        <translation>%1 aus der Liste entfernen? Der Bericht geht mit verloren; was kopiert wurde, bleibt.</translation>
    </message>
    <message>
        <source>&amp;Remove</source>
        <translation>&amp;Entfernen</translation>
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
    <message numerus="yes">
        <source>%1 in %n package(s)</source>
        <translation>
            <numerusform>%1 in %n Paket</numerusform>
            <numerusform>%1 in %n Paketen</numerusform>
        </translation>
    </message>
</context>
</TS>
