<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>Application</name>
    <message>
        <source>Keeps conda packages in OCI registries: the desktop application. For scripts there is conda-oci.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Lock files, whose packages are to be copied</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Messages</name>
    <message>
        <source>can&apos;t create a file beside %1: %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>can&apos;t write %1: %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>can&apos;t truncate %1: %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>can&apos;t flush %1: %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>can&apos;t write all of %1: %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the file is shorter than it should be</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>can&apos;t replace %1: %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>can&apos;t flush the folder of %1: %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>can&apos;t create the folder %1: %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>can&apos;t open %1: %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>there is no %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>can&apos;t read %1: %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is larger than %2 bytes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>cancelled</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not a sha256 or sha512 digest</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>channel %1: %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 can&apos;t be its name in a registry (lower-case letters, digits and . _ - between them); give another one with --as</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>nothing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not the name of a channel; a URL begins with https://</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not a channel; write a name such as conda-forge, a URL, or a directory such as ./my-channel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>only https://, http:// and file:// are known</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the URL is malformed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a channel&apos;s URL has no ? or #</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a name, a URL or a directory is missing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>there is no such directory</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 needs %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the compressed document is damaged: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the document inflates to more than %1 bytes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it is cut short</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the lock file can&apos;t be used: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>built from source</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it is neither a pixi.lock, a conda-lock.yml nor an @EXPLICIT list</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>its version %1 is not known (conda-lock 1, pixi.lock 4 to 7 are)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 stands before @EXPLICIT</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>info/index.json can&apos;t be read: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>its info/index.json makes no usable record</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the package can&apos;t be used: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the path of %1 leads out of the package</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is below what is not a directory</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is a device or a pipe</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is not a directory, but has members below it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the link %1 leads out of info/</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is not a directory</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it has no info/index.json</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not enough memory to compress info.tar.gz</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>info.tar.gz can&apos;t be read: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&apos;%1&apos; is not a match specification: %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>[ and ] do not match</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it has no package name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the key %1 is not supported here</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>its archive can&apos;t be read: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it has more than one %1…%2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it has no %1…%2 at its top</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is encrypted</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>its metadata.json does not say that it is a .conda of version 2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it is not a whole zip archive</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>its info/index.json is not a JSON object</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>its info/index.json says that its %1 is %2, its file name says %3</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 can&apos;t be a file name: %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it is the name of a device on Windows</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it is empty or a folder&apos;s own name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it is longer than %1 bytes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it ends with a dot or a space</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it contains a character that is not allowed in file names everywhere</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it is not UTF-8</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it contains control characters</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it ends neither with .conda nor with .tar.bz2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a package&apos;s is NAME-VERSION-BUILD</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not a valid repodata.json: its key %1 stands twice</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not a valid repodata.json: something follows its end</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not a valid repodata.json: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the index has more than %1 records</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>its %1 is malformed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>its record is not an object</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it stands among the %1 packages</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>its record lacks name, version or build</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>its record is that of %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>its size is malformed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the index lists it twice</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the archive is damaged: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the archive is damaged at %1: %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it ends early</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it inflates to more than %1 times its size</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the member has %1 bytes; at most %2 are read</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a pax header is malformed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it has more than %1 members</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a size is malformed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a member&apos;s name is empty or contains NUL</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&apos;%1&apos; is not a version: %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>empty version component</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it is empty</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>invalid character(s)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>duplicated epoch separator &apos;!&apos;</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>epoch must be an integer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>duplicated local version separator &apos;+&apos;</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&apos;%1&apos; is not a version constraint: %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>~= needs a version of at least two components</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>invalid operator</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>~= does not go with .*</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a condition is missing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a regular expression begins with ^ and ends with $</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the parentheses do not match</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>too many parentheses</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>certificate of %1, issued by %2, sha256 %3</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the certificate that is accepted there is another one</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the value of the %1 header has characters that HTTP does not allow</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 sent a malformed Content-Length</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 bytes were promised, %2 offers %3</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 answered with a part of the file that was not asked for</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 sent more than the %2 bytes that are allowed here</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>can&apos;t connect to %1: no answer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>can&apos;t connect to %1 through the proxy %2: no answer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 has been silent for too long</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 took too long to answer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is too slow: %2 bytes in %3 s</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 did not answer with HTTP</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 broke off after %2 of %3 bytes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>can&apos;t find the host %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>can&apos;t connect to %1: connection refused</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it does not speak TLS there. If it is meant to be plain http, write http://%1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no secure connection to %1: %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 did not answer in time</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 closed the connection without an answer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 asks for a client certificate, or does not take ours</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the connection to %1 broke: %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the connection to %1 through the proxy %2 broke: %3</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the proxy %1 on the way to %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>can&apos;t find %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 wants a user name and password, and does not take those of its URL if there are any (http://USER:PASSWORD@PROXY:PORT)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 sends us to %2, which was not followed: %3</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 asks to come back in %2 s, on %3</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 redirects more than %2 times</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 leads to %2, which was not followed: %3</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it leads from the internet to a private address, %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a redirect of %1 was not followed: %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>can&apos;t read what was to be sent: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the file that was to be sent changed its size meanwhile</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 (HTTP status %2)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the proxy that the environment names is no URL: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the proxy %1 is to be reached by %2; only http and socks5 can be used</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it leads away from HTTP</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it leads from https to http</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>its URL contains a user name or password</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it leads nowhere</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>what was to be sent may not go there</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>can&apos;t write a temporary file in %1: %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>there is no folder for temporary files; set TMPDIR to one</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>there is no certificate in PEM form in %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>can&apos;t read the client certificate&apos;s key in %1: %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>there is no unencrypted private key in PEM form in %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>can&apos;t read the certificates (SSL_CERT_FILE) in %1: %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1: write HOST[:PORT]=SHA256, the 64 hexadecimal digits of the certificate&apos;s fingerprint</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>can&apos;t read the certificates in %1: %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the client certificate of the key is missing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>can&apos;t read the client certificate in %1: %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 warns: %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it has %1 bytes, the index promises %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1/%2/repodata.json can&apos;t be read as an index</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the index lists it, but it is not there</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is no folder that can be read</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the index promises no sum for it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>wrong %1: the index promises %2, the file has %3</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>can&apos;t delete %1: %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>there is no folder %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>can&apos;t create %1: %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>can&apos;t write to %1: %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>can&apos;t empty %1: %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 would need %2, and only %3 are free there</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>another run is writing to %1; wait for it, or give another --cache-dir</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1/repodata.json of %2 names a base_url that may not be followed from there: %3</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1/%2 of %3</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the channel did not give its index</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the channel lists it but does not have the file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the channel did not give the file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the index promises %1 bytes, the file has %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 can&apos;t be written to: a channel is a source only; a registry is written oci://HOST, or oci+http://HOST for http</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>wrong %1: the index promises %2, %3 came</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>size</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the cache&apos;s directory is missing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1; if it is a registry, write oci://HOST, or oci+http://HOST for http</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1: which channel of it? Give its name with --channel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>cache: needs a directory, for example cache:./cache</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is not a platform such as linux-64 or noarch</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>nothing in %1 is of the channel %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 or %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>only a mirror is made in shards</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a shard lists what it brought; give --index full to `conda-oci publish`</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a mirror has from 1 to %1 shards</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>to publish believes what the shards say; it is no shard itself, and asks for no package</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the address of this channel was kept without its password or token; write it again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>there has to be at least one worker</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a copy has no known verb: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a copy&apos;s &quot;%1&quot; is of the wrong kind</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 names it of another channel, %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 and %2 want different bytes for %3; copy them one by one</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is not a shard: write I/N, for example 2/16, with N up to %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1: another run has published its index meanwhile; what both know of is in it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>other runs publish the index of %1 all the time; run this once more when they are done</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>1 package</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 packages</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1/%2 in the cache was left out of its index: %3</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 in %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>write REGISTRY/CHANNEL/SUBDIR/NAME:VERSION-BUILD</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the channel is missing; write REGISTRY/CHANNEL, or oci-layout:DIR//CHANNEL</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 can&apos;t be in a registry</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>registries do not allow the repository name %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>its repository name with the host is longer than %1 characters</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>its tag would have %1 characters; registries allow %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>registries do not allow the tag %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>its name contains what stands for an escaped character in a registry, so it could not be told from another package</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1: write NAME:VERSION-BUILD</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 has no %2 for %3</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 has no layer %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 has no %2 package in it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 has no package in it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the registry can&apos;t be read without credentials, so what is there already is not known</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>shard %1 of %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it has not left an index of what it brought; run `conda-oci mirror --shard %1/%2`, then publish again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>shard %1 of %2: %3 packages of the channel are not there yet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 names other bytes than the source lists</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1, which the source does not have for these platforms</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 names it, but %2 does not list it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>its record has neither sha256 nor md5, so its bytes could not be checked</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 has no index of any of %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>nothing fits it in %1 of %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 packages have no sha256 in the source&apos;s index; their bytes are checked by md5 only</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>mamba, micromamba, rattler and pixi reach oci:// channels by https on port 443 only, so they can&apos;t install from %1 as it is. Put an https proxy on port 443 in front of it, or pull the packages into a cache directory, which is a channel by itself</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>mamba takes a path that begins with t/ for a conda token and will not find this mirror; another namespace avoids that</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 of %2 in %3</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the index lists it, but it is not in the registry</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the index lists it, but the registry has the build in another format only</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 refuses access and does not say how to sign in</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 asks for a user name and a password</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 asks for a user name and a password, and there is only an identity token; sign in with `conda-oci login`</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 refused the password of %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1. Its token server %2 is another host, so %3 was not shown to it; if it belongs to %4, set CONDA_OCI_TOKEN_SERVERS=%2 and try again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the password of %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the identity token</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 does not allow that to anybody without signing in</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 does not allow that to %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 does not allow that to the identity token&apos;s owner</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 did not accept an upload</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 did not take a blob of %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 claims to have more of a blob than it was sent</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>what was to be sent ended too early</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 wants the rest of a blob where it may not be sent</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 takes the pieces of a blob and keeps none</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 wants blobs in pieces of at least %2, which is too much</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 began an upload but did not say where to send it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 began an upload but wants it where it may not be sent</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>what was to be written</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>what was to be stored as %1 is %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>another program has been writing to %1 for too long</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the layout %1 has no blob %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 names a digest that can&apos;t be used for %2:%3</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the manifest of %1:%2 in %3 is damaged</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1:%2 is not a name for an image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is damaged: %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>its manifests are no list</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the manifest can&apos;t be used: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is not a text</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>an annotation is not a text</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a descriptor is not an object</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a descriptor has no digest</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a descriptor&apos;s digest is not sha256 or sha512</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a descriptor&apos;s size is not a whole number from 0 to %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>its schemaVersion is not 2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it is both a manifest and an index</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it is an index of manifests</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it says it is %1 and was sent as %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>its type is %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it has no layers</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it has no config</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it is larger than %1 bytes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not enough memory</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it is not an object</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a key stands twice</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>tags</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>repositories</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 did not list %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 listed %2 in no usable form</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 lists more than %2 %3</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 goes on listing %2 on another server</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>registry %1: %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>oci-layout: needs a directory, for example oci-layout:./mirror</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>only https://, http://, oci:// and oci-layout: are known</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not a registry; write for example ghcr.io/myorg</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a user name or password does not belong into the address</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>an address has no ? or #</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>write it without /v2, which belongs to every registry&apos;s address</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>registries do not allow %1 as a name: lower-case letters, digits and . _ - between them</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is announced with %2 bytes; at most %3 are taken here</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the repository name %1/%2 is longer than %3 characters</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 did not delete it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 did not say whether it has a blob</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 did not give a blob</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is neither a tag nor a digest</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 did not give a manifest</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1/%2:%3: the manifest&apos;s bytes are not what its digest says</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the manifest has %1 bytes; at most %2 are sent</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 takes no manifest of %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 did not take a manifest</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1/%2:%3: the registry stored another manifest than was sent</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 did not say what refers to a manifest</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is not an OCI registry</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 refuses access</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 began no upload</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 asks nobody to sign in</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it gave no usable token</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 names no usable token server</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 names a token server without encryption, %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no token from %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 gave no token</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 did not sign %2 in</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 did not sign the identity token&apos;s owner in</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>wrong bytes: %1 of %2 bytes was asked for, %3 of %4 bytes came</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>1 package has no sha256 in the source&apos;s index; its bytes are checked by md5 only</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>can&apos;t lock %1: %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the output could not be written: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it is a folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the link leads nowhere</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no program reads from this pipe</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it is a link into the folder %1, which does not exist</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a folder named %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not an address of a package</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>at an address of the kind %1:, which is not a channel&apos;s</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not a package file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not in a channel&apos;s folder of a platform</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is neither a sha256 nor an md5 sum</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>an entry of an unknown kind</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>line %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it is an environment.yml, which lists requirements and not packages; make a lock file with conda-lock or pixi, or with `conda list --explicit`</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>none of its entries is of a known kind</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it is neither a pixi.lock, a conda-lock.yml nor an @EXPLICIT list; line %1 is not YAML</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it is not a text file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it is a pixi.toml or pyproject.toml, which lists requirements and not packages; give its lock file, pixi.lock</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>its info/index.json makes no usable record: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it is not %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not enough memory to read %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>its %1 is damaged</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is in it twice</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the hard link %1 leads out of the package</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is a hard link to a file outside info/</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is a hard link to a file that is not before it in the archive</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is a hard link to a member that is a link or is left out itself</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 has %2 bytes (at most %3 are kept)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 exceeds the %2 bytes that are kept of info/</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a second copy of %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is in it twice, with different content</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 means something else on other systems</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 has a path of more than %2 bytes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it has bytes that are not UTF-8</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it has an escape that is not a character (half of a surrogate pair, for example)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it has a control character in a text</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>its brackets are nested too deep</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>there is not enough memory to read it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it is not valid JSON</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it is a gzip file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it is a zstd file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it is a bzip2 file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it is a zip file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it is UTF-16 text; save it as UTF-8</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it is a Git LFS pointer; run `git lfs pull` to fetch the file itself</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it is an HTML page, for example a sign-in or an error page</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it is an XML document: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>expected key=value between [ and ]</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a quotation mark or a ] is missing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 has no value</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the channel is missing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it names two platforms, %1 and %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>conditions (&quot;; if ...&quot;) are not supported here; write the package alone</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it names a channel twice</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a package&apos;s name can&apos;t contain one of , ; / \ &quot; &apos;; name each by itself</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>its metadata.json is too large</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it is not an index: it has no section of packages; it begins with %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it begins with %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it ends early, after %1 bytes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1, near byte %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>its record can&apos;t be read: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>its %1 is nested too deep</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the archive is not read further than %1: %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the map of a sparse file is malformed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it has more than %1 parts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it does not begin with the header of a tar</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the checksum of the header that follows is wrong</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the directory of its zip is damaged</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>its zip is one of several disks</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is not within its zip</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 overlaps what follows it in its zip</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 does not have the size and the checksum that its zip declares</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is in its zip twice</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is not where the directory of its zip says</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is compressed in an unknown way (%2)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 inflates to more than %2 times its size</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 broke off within a compressed answer, after %2 bytes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the address of its host can&apos;t be found</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the answer&apos;s compression is damaged</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the answer inflates to more than %1 times its size</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1: other index files were deleted from the cache, because they do not list what the new index lists: %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the index of the cache itself was not updated: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>packages that the channel removed from its index are left as they are: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 can&apos;t be used (%2); %3 was read in its place</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no registry was given</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the registry is missing, for example ghcr.io/myorg</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&apos;%1&apos; is a package of the channel %2, but this run copies the channel %3</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 names it, but %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 names it; it is not a package of a channel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1: no longer in the channel&apos;s index, and left out of the mirror&apos;s: %2; what was copied stays in %3</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 has no index of %2; there is nothing to copy for it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>shard %1 of %2: %3 package of the channel is not there yet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1: this condition is not understood, so the package is taken by its name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>its licence forbids mirroring it; install it from the channel itself</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1/%2 can&apos;t be in a mirror, and is left out: %3</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>left out because their licences forbid mirroring: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1; if it is a registry, write %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 does not say which platforms it has; these were not looked at: %2; to copy one, name it with --subdir</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is a mirror of %2; to copy %3 into it would take the packages of %2 out of its index. Give this channel a name of its own with --as NAME, or replace the other one with --adopt</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>mamba 2 and pixi ask for %1 of each platform first; make these public as well</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 lets installers keep an index for %2 (its Cache-Control header), so they do not see what is mirrored later: run mamba or micromamba with --repodata-ttl 0, or put a proxy in front of it that removes that header</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>1 day</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 days</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 and %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>wrote 1 manifest of version 0.1 anew; its package was not sent again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>wrote %1 manifests of version 0.1 anew; their packages were not sent again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>manifests of version 0.1 that could not be written anew: %1 (%2). The Python tool can&apos;t read them; the next run tries again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1/%2 was mirrored, but its info.tar.gz lacks some of its info/: %3</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1; and %2 more</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 does not take the repositories %2 of each platform, so mamba 2 and pixi may not find a channel there: %3</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 of %2 lists %3 packages; that of %4 lists %5, of which %6 would go. This looks like a fault of the source, so the index was left as it is; if it is meant so, run this again with --allow-shrink</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 was sent a blob of %2 more than %3 times and does not have it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>GitHub makes new packages private; anonymous readers see them once they are made public there</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Docker Hub has names of two parts only and limits how much may be pulled</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Amazon ECR wants every repository created before anything is pushed to it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Quay makes new repositories private; anonymous readers see them once they are public</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>nothing in %1 is of the channel %2; the first entry is %3: %4</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>can&apos;t delete %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it is damaged (%1); if it was rebuilt on purpose, run this again with --trust-files</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is not a file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 lists other bytes under this name; if the file was rebuilt on purpose, run this again with --trust-files</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>what stood at %1 could not be read as a manifest and was written over (%2)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>manifests that could not be read, were written over, and are not named here: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the index does not say its size, and %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>more than %1 came</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it fills the disk: after %1 less than %2 are free</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>after %1 of it: %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is a folder, and a blob is to be written there; move it away</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>its name is not UTF-8; rename it, or reach it by another name (a link)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it is not a file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it has more than %1 entries</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is beyond the %2 members or %3 bytes that are kept of info/</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it is neither a pixi.lock, a conda-lock.yml nor an @EXPLICIT list; line %1 is nested too deep</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it has more than %1 values</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>its anchors and aliases take more than %1 bytes, on line %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>behind line %1 something goes on for more than %2 bytes that is no value of a lock file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it contains letters beyond ASCII, which conda does not allow in names</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 needs a newer version of the zip format than 6.3</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1/%2 was listed, but the registry does not have it any more, so it is left out of the index; run this once more to bring it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Further packages whose info.tar.gz lacks members: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>for various reasons</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the document inflates to more than %1 times its size, as no index does</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it begins with %1 bytes of white space</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>this computer does not have enough memory to read an index of %1 bytes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not a valid repodata.json: it has more than %1 keys</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not a valid repodata.json: it has more records than its size has room for: more than %1 in %2 bytes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>this computer does not have enough memory for the answer of %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the head of the answer of %1 has more than %2 bytes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 sent more than %2 bytes that are not content</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 more</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 dependencies that the source does not have for these platforms</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 conditions are not understood, so their packages are taken by their names</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 can&apos;t be in a mirror, and are left out: %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the index of %1 takes %2 bytes of memory though only %3 came for it; together with those of the other platforms that is more than an index needs</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>RegistryTrial</name>
    <message>
        <source>The user name or the password is wrong: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The certificate is not trusted: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The registry was not reached: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is a folder that does not exist yet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is a folder; you may read and write there.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is a folder; you may not write there.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 asks to sign in.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 asks nobody to sign in</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Signed in to %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1; whether you may push is not known: %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1; you may pull and push.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1, but you may not push there.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Tables</name>
    <message>
        <source>Copy Ro&amp;ws</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Col&amp;umns</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Texts</name>
    <message numerus="yes">
        <source>%n second(s)</source>
        <translation>
            <numerusform>%n second</numerusform>
            <numerusform>%n seconds</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n minute(s)</source>
        <translation>
            <numerusform>%n minute</numerusform>
            <numerusform>%n minutes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n hour(s)</source>
        <translation>
            <numerusform>%n hour</numerusform>
            <numerusform>%n hours</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>condaoci::app::SingleInstance</name>
    <message>
        <source>A second start will not find this window: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The folder of the settings can&apos;t be written to</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Conda OCI Mirror is running already, but does not answer</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>condaoci::mirror::CopyJob</name>
    <message>
        <source>Reading indexes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Waiting for another run</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copying packages</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Publishing the index</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The index of %1 was not published</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This computer could not go on: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Asking for each package</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No registry was looked at: this is the plan for an empty one</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>condaoci::ui::AboutDialog</name>
    <message>
        <source>About Conda OCI Mirror</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Conda OCI Mirror</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Conda OCI Mirror %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keeps conda packages in OCI registries: mirrors channels, fetches and sends packages, and checks every byte on the way.

Free software under the BSD 3-Clause licence.
Built on Qt, KArchive, zstd, simdjson, yaml-cpp, OpenSSL and QtKeychain.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy &amp;Versions</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>condaoci::ui::CacheModel</name>
    <message>
        <source>not verified</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>verified</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>damaged</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not in the index</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>missing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>unfinished download</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Package</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Version</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Build</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Channel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Platform</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Size</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>State</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Format</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>condaoci::ui::CachePage</name>
    <message>
        <source>Open a cache</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reading…</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n package(s), %1, %2 free on the disk</source>
        <translation>
            <numerusform>%n package, %1, %2 free on the disk</numerusform>
            <numerusform>%n packages, %1, %2 free on the disk</numerusform>
        </translation>
    </message>
    <message>
        <source>an unknown amount</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What takes the space</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Verifying…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1/%2 is %3</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 verified.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>⚠ %1 %2 wrong: %3</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delete packages</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>Delete %n file(s) (%1) from this computer? Their records leave the index.</source>
        <translation>
            <numerusform>Delete %n file (%1) from this computer? Its record leaves the index.</numerusform>
            <numerusform>Delete %n files (%1) from this computer? Their records leave the index.</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;Delete</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Part of a package&apos;s file name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Verify</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Read every file and compare its sum with the index (Ctrl+Return)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pu&amp;sh…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Send the selected packages, or what is new, to a registry</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Delete…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show in File &amp;Manager</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Copy Channel URL</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Re&amp;fresh</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Open a Cache…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Remove from the List</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A cache is a folder of conda packages that conda, mamba and pixi install from. Pull some, or open one that is there.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cache</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Files of the cache</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>U&amp;p</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Verified so far</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show Only Dama&amp;ged</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop Verif&amp;ying</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No package matches the filter.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No damaged package was found.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There are no packages in this folder.</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%1, %n missing</source>
        <translation>
            <numerusform>%1, %n missing</numerusform>
            <numerusform>%1, %n missing</numerusform>
        </translation>
    </message>
    <message>
        <source>This folder is a channel by itself. A cache is a folder with a folder for each channel in it: open the one around it, %1.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>condaoci::ui::ChannelsPage</name>
    <message>
        <source>%1 has nothing for %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>⚠ %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a channel and a platform.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reading the index of %1…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 packages</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 of %2 packages</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1, %2 selected (%3)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>zlib, py*, or numpy&gt;=1.26</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Type a channel&apos;s name above, for example conda-forge, or the address or folder of one.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Open Channel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Remove Channel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Re&amp;fresh</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Mirror Selected…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mirror &amp;Everything…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Copy as Command Line</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Select &amp;All Shown</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>C&amp;lear Selection</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Channel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>conda-forge, a URL, or a folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Platforms</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Platforms that are shown</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Compare with the registry</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The State column says what of the channel is in this registry</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Compare &amp;with</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reading the index</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Packages of the channel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>nothing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Inside %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Look &amp;Inside…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The files of info/ and the manifest, as they stand in the registry (Ctrl+I)</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%1, %n can&apos;t be used</source>
        <translation>
            <numerusform>%1, %n can&apos;t be used</numerusform>
            <numerusform>%1, %n can&apos;t be used</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Writing down %n package(s)…</source>
        <translation>
            <numerusform>Writing down %n package…</numerusform>
            <numerusform>Writing down %n packages…</numerusform>
        </translation>
    </message>
    <message>
        <source>Channels</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Address</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Index read</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There are no packages in these platforms.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No package matches the filter.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>never</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Others</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>1 package</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 of %2 package</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>condaoci::ui::CopyDialog</name>
    <message>
        <source>Reading…</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>Exactly %n package(s) of %1</source>
        <translation>
            <numerusform>Exactly %n package of %1</numerusform>
            <numerusform>Exactly %n packages of %1</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1; %n other(s) are not of this channel and are left out</source>
        <translation>
            <numerusform>%1; %n other is not of this channel and is left out</numerusform>
            <numerusform>%1; %n others are not of this channel and are left out</numerusform>
        </translation>
    </message>
    <message>
        <source>⚠ %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n package(s) to copy (%1), %2 there already.</source>
        <translation>
            <numerusform>%n package to copy (%1), %2 there already.</numerusform>
            <numerusform>%n packages to copy (%1), %2 there already.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n package(s) can&apos;t be copied.</source>
        <translation>
            <numerusform>%n package can&apos;t be copied.</numerusform>
            <numerusform>%n packages can&apos;t be copied.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n entry(s) of the lock file are not of this channel and are skipped.</source>
        <translation>
            <numerusform>%n entry of the lock file is not of this channel and is skipped.</numerusform>
            <numerusform>%n entries of the lock file are not of this channel and are skipped.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n package(s) are left out because their licences forbid mirroring.</source>
        <translation>
            <numerusform>%n package is left out because its licence forbids mirroring.</numerusform>
            <numerusform>%n packages are left out because their licences forbid mirroring.</numerusform>
        </translation>
    </message>
    <message>
        <source>The channel has nothing for %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>That does not fit: %1 are free on the disk.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 are free on the disk.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mirror a channel into a registry</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pull packages from a registry</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Push packages to a registry</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>conda-forge, a URL, or a folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>ghcr.io/myorg or oci-layout:FOLDER</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A folder on this computer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cache folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>From &amp;registry</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>C&amp;hannel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Into cache &amp;folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>From cache &amp;folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>To &amp;registry</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>From c&amp;hannel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Platform %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Other platforms</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>others</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Platforms</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Packages</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All packages. Or one a line: zlib, py*, numpy&gt;=1.26,&lt;2, python=3.12.*=*_cpython</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pac&amp;kages</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Lock files</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Lock File…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Exactly what a pixi.lock, conda-lock.yml or @EXPLICIT list names; it can be dropped here, too</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remo&amp;ve</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove the lock file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open a lock file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Options</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>And everything that the &amp;selection depends on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Transitively, within the chosen platforms and noarch</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Packages that were removed from the channel&apos;s &amp;index, too</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>They are copied, and are not in the mirror&apos;s index</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Also the records of packages that are not in the registry, as the Python tool did</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;All versions</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Otherwise of each name the newest version, of it the highest build number</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Every package, whatever an index lists</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Otherwise what the registry&apos;s index lacks</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Believe no index</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>as the channel itself</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Name there</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Packages at a &amp;time</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reading indexes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What would happen</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Mirror</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>P&amp;ull</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>P&amp;ush</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Previe&amp;w</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show what would happen; reads indexes only and writes nothing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Copy as Command Line</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Si&amp;gn In…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The command line is in the clipboard.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Publish the channel&apos;s whole inde&amp;x</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The packages that you selected</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a platform at least.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ask the registry for each planned package</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Publish an ind&amp;ex that has lost most of its packages</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Otherwise an index that lost everything, or more than half and over 100 of its packages, is left as it is in the destination</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Replace a mirror of another channel (a&amp;dopt it)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Otherwise a mirror under this name that was made from another channel is left as it is</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Strict: a build that no registr&amp;y can hold counts as failed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Otherwise it is noted and left out</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Trust rebuilt files</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Otherwise files with other bytes than an index lists under their names count as damaged</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>condaoci::ui::CredentialsDialog</name>
    <message>
        <source>Sign in to a registry</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>ghcr.io/myorg</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show the password</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Registry</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;User</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Password or token</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Asking the registry</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Import from Docker or Podman</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Test Connection</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Save to Keychain</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>ghcr.io wants your GitHub user name and a classic personal access token with the scopes read:packages and write:packages.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Taken from %1. Test it, or save it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>⚠ %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nobody signs in to an image layout: it is a folder.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A user name and a password are needed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 There is no keychain that can be used (%2): the password is kept until the program ends, and nowhere else.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Accept This Certificate</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>For this registry, and this very certificate only. Compare its sum with what the registry&apos;s people say.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 No password is needed.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>condaoci::ui::ErrorStrip</name>
    <message>
        <source>Dismiss A&amp;ll</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Problems</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Problem</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Previous problem</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Next problem</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%1 (%n time(s))</source>
        <translation>
            <numerusform>%1 (%n time)</numerusform>
            <numerusform>%1 (%n times)</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Dis&amp;miss</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What can be done</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>condaoci::ui::FilesModel</name>
    <message>
        <source>waiting</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>copying</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>copied</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>there already</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>failed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>stopped</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>failed: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Package</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Platform</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Size</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Progress</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Attempts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>State</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No package matches the filter.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The program ended while this ran. To resume it copies what is not there yet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No package failed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There was nothing to copy.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not begun</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What became of its packages was not kept.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It ended before anything was copied.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>condaoci::ui::FirstStart</name>
    <message>
        <source>Try it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mirrors a small sample channel into a folder on this computer and shows what stands there then. No network, no account.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add a registry</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sign in to ghcr.io, Harbor, Artifactory, Zot or any other OCI registry, to mirror channels into it or to look at what is there.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open a cache</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Look at a folder of conda packages, check every one of them, and send them to a registry.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open a &amp;Cache…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Conda packages in OCI registries</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose where to begin. A lock file (pixi.lock, conda-lock.yml) can be dropped here at any time.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tr&amp;y It</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add a &amp;Registry…</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>condaoci::ui::Inspector</name>
    <message>
        <source>index.json</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Key</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Value</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Layers</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Title</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Size</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Media type</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Digest</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Files of info/</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Content of the file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Parts of the package</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>inde&amp;x.json</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>i&amp;nfo/</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>La&amp;yers</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open a registry, a channel, a platform and a package, and choose a build to look into it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reading…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>⚠ %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Manifest: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>⚠ info/: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A link to %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This file is not text.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>… and so on, %1 in all</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>condaoci::ui::JobsModel</name>
    <message>
        <source>%1 of %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1/s</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 percent</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Transfer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>State</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Progress</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Packages</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Size</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Speed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Time left</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Started</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>condaoci::ui::MainWindow</name>
    <message>
        <source>Conda OCI Mirror</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Views</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 (Ctrl+%2)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Channels</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Registries</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cache</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Transfers</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open a cache</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Mirror…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy a conda channel into a registry (Ctrl+M)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>P&amp;ull…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fetch packages from a registry into a folder (Ctrl+U)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pu&amp;sh…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Send packages from a folder to a registry (Ctrl+P)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Open a Lock File…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pre&amp;ferences…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;About Conda OCI Mirror</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open a lock file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Lock files (*.lock *.yml *.yaml *.txt);;All files (*)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Filter</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Actions</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Main tool bar</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Filter</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Preferences</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>⚠ %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The sample channel was not unpacked: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Show</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 failed: %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A transfer is running</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Packages are still being copied. What is there when you stop stays there, and running the transfer again goes on from it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Go On in the Background</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Stop and Quit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Keep the Window</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Conda OCI Mirror is copying packages</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Show the Window</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>S&amp;top and Quit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 failed: %2 (%3)</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n package(s) failed: %1 (%2)</source>
        <translation>
            <numerusform>%n package failed: %1 (%2)</numerusform>
            <numerusform>%n packages failed: %1 (%2)</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;Retry Failed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Res&amp;ume</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>condaoci::ui::PlanModel</name>
    <message>
        <source>can&apos;t be copied: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>skipped: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>copy, needed by %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>copy, removed from the channel&apos;s index</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>copy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Package</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Platform</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Size</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What happens</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>condaoci::ui::PreferencesDialog</name>
    <message>
        <source>Preferences</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source> ms</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>as the registry allows</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the first that was added</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the first that was opened</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>As the system</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ask</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Go on in the background</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop the transfer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Packages at a &amp;time</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New copies use the &amp;registry</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New copies use the &amp;folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>none; a PEM file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>in the certificate&apos;s file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>From the next start on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Closing &amp;while a transfer runs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Also trust the certificates &amp;in</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Own certific&amp;ate</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Its &amp;key</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Lan&amp;guage, from the next start on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Least ti&amp;me between packages</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>condaoci::ui::ProgressDelegate</name>
    <message>
        <source>%1 %</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>condaoci::ui::RecordPanel</name>
    <message>
        <source>Depends on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Enter or double click shows the packages that fit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a package to see what the channel says of it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not said</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Build: %1 (number %2)
Platform: %3
Size: %4
Licence: %5
Built: %6</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>sha256: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Depends &amp;on</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>condaoci::ui::RecordsModel</name>
    <message>
        <source>in the registry</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not there</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>newer there</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>failed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Version</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Build</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Format</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Size</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Date</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Platform</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>State</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>condaoci::ui::RegistriesPage</name>
    <message>
        <source>Registries</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No registry is here yet. Add one by its address, for example ghcr.io/myorg, or a folder as oci-layout:FOLDER.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Address of a registry</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>ghcr.io/myorg or oci-layout:FOLDER</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sign &amp;In…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sign &amp;Out</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Test and Refresh</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>P&amp;ull…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sa&amp;ve Package As…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Copy Reference</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Remove from the List</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing was removed: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The password for %1 is gone from the keychain.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The keychain had no password for %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save the package</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Conda packages (*.conda *.tar.bz2)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fetching %1…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Saved %1 (%2), its digest is right.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 was not saved: %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add Re&amp;gistry</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Asking %1…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>⚠ %1</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>condaoci::ui::RegistryTree</name>
    <message>
        <source>a folder on this computer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>refused: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>signed in as %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>asks to sign in</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>anonymous</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n platform(s)</source>
        <translation>
            <numerusform>%n platform</numerusform>
            <numerusform>%n platforms</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n package(s)</source>
        <translation>
            <numerusform>%n package</numerusform>
            <numerusform>%n packages</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n build(s)</source>
        <translation>
            <numerusform>%n build</numerusform>
            <numerusform>%n builds</numerusform>
        </translation>
    </message>
    <message>
        <source>asking…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Registry</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>State</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1, not encrypted</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1, by a certificate that you accepted</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>condaoci::ui::SpeedGraph</name>
    <message>
        <source>Speed: %1/s now, %2/s at most</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Speed, at most %1/s</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Speed</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>condaoci::ui::State</name>
    <message>
        <source>not an object</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 was damaged (%2) and has been set aside as %3; its settings are lost</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 can&apos;t be read (%2)</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>condaoci::ui::Transfer</name>
    <message>
        <source>stopped</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the registry asks for credentials and there are none; nothing was written</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Planning</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copying</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stopping</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Done</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n package(s) failed</source>
        <translation>
            <numerusform>%n package failed</numerusform>
            <numerusform>%n packages failed</numerusform>
        </translation>
    </message>
    <message>
        <source>Failed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Interrupted</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The report was not kept: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no connection</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it took too long</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>certificate not trusted</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not allowed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not found</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>too many requests</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the server failed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>an answer that makes no sense</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>wrong checksum</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not a package that can be read</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the disk</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it can&apos;t be done as asked</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Getting ready</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>condaoci::ui::TransferBar</name>
    <message>
        <source>%1 of %2 packages</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1/s</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n minute(s) left</source>
        <translation>
            <numerusform>%n minute left</numerusform>
            <numerusform>%n minutes left</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n second(s) left</source>
        <translation>
            <numerusform>%n second left</numerusform>
            <numerusform>%n seconds left</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;Details</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>S&amp;top</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Progress of the transfer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 of %2 package</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>condaoci::ui::TransferDialog</name>
    <message>
        <source>Transfer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Progress of the whole transfer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Retry &amp;Failed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Details</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>S&amp;top</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Run in &amp;Background</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 of %2 packages</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1/s</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 left</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 copied (%2), %3 there already</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Close</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Progress of %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 of %2 package</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>condaoci::ui::Transfers</name>
    <message>
        <source>%1 describes no transfer and has been set aside</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>condaoci::ui::TransfersPage</name>
    <message>
        <source>Nothing has been copied yet. Begin with Mirror, Pull or Push above.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>S&amp;top</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Res&amp;ume</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Run it again; what is there already is not copied again (Ctrl+R)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Retry &amp;Failed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Run it for the packages that failed (Ctrl+Shift+R)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sa&amp;ve Report…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Copy as Command Line</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Transfers</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Packages of the transfer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 — %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 copied (%2), %3 there already, %4 failed, in %5</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>⚠ %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The registry asks for credentials and there are none: this was a dry run. Sign in under Registries, then resume.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save the report</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>JSON (*.json)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The report was not saved: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Part of a package&apos;s file name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show &amp;Only Failed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Remove from the List…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove the transfer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove %1 from the list? Its report goes, too; what was copied stays.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Remove</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>condaoci::ui::Treemap</name>
    <message>
        <source>What takes the space</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1, %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>nothing</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n smaller one(s)</source>
        <translation>
            <numerusform>%n smaller one</numerusform>
            <numerusform>%n smaller ones</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 in %n package(s)</source>
        <translation>
            <numerusform>%1 in %n package</numerusform>
            <numerusform>%1 in %n packages</numerusform>
        </translation>
    </message>
</context>
</TS>
