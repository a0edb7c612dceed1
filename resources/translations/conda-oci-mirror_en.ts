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
        <source>The index of noarch was not published</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This computer could not go on: %1</source>
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
        <source>Ask the registr&amp;y for each planned package</source>
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
    <message>
        <source>What can be done</source>
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
    <message numerus="yes">
        <source>%n package(s) failed: %1</source>
        <translation>
            <numerusform>%n package failed: %1</numerusform>
            <numerusform>%n packages failed: %1</numerusform>
        </translation>
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
        <source>&amp;Least time between requests</source>
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
        <source>Waiting for the keychain</source>
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
        <source>&amp;Remove from the List</source>
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
</context>
</TS>
