// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/mirror/request/copyrequest.h"
#include "tests/paths.h"

#include <QJsonDocument>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

using namespace condaoci;
using mirror::CopyRequest;
using mirror::parseShard;
using mirror::shardOf;
using Verb = CopyRequest::Verb;

namespace {

const QString sample = QStringLiteral(SOURCE_DIR) + QStringLiteral("/resources/sample-channel");

CopyRequest requestFor(Verb verb)
{
    CopyRequest request;
    request.verb = verb;
    request.channel = QStringLiteral("conda-forge");
    request.registry = QStringLiteral("ghcr.io/myorg");
    request.cacheDirectory = QStringLiteral("/tmp/my cache");
    return request;
}

} // namespace

Q_DECLARE_METATYPE(condaoci::mirror::CopyRequest)

class TestCopyRequest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void commandLine_data()
    {
        QTest::addColumn<CopyRequest>("request");
        QTest::addColumn<QString>("shell");
        CopyRequest request = requestFor(Verb::Mirror);
        QTest::newRow("mirror") << request << "conda-oci mirror --channel conda-forge --registry ghcr.io/myorg";
        request.packages = QStringList{QStringLiteral("zlib>=1.2,<2"), QStringLiteral("it's")};
        request.subdirs = QStringList{QStringLiteral("linux-64")};
        request.yanked = false;
        request.fullIndex = true;
        request.deep = true;
        request.strict = true;
        request.workers = 8;
        request.spacing = 500;
        request.as = QStringLiteral("mine");
        request.withDependencies = true;
        QTest::newRow("everything")
            << request
            << "conda-oci mirror --channel conda-forge --as mine --subdir linux-64 --package 'zlib>=1.2,<2' --package "
               "'it'\\''s' --registry ghcr.io/myorg --with-dependencies --no-yanked --index full --deep --strict "
               "--workers 8 "
               "--timeout 500";
        request = requestFor(Verb::PullCache);
        request.allVersions = true;
        request.lockFiles = QStringList{QStringLiteral("/a/pixi.lock")};
        QTest::newRow("pull") << request
                              << "conda-oci pull-cache --channel conda-forge --from /a/pixi.lock --registry "
                                 "ghcr.io/myorg --cache-dir '/tmp/my cache' --all-versions";
        request = requestFor(Verb::PushCache);
        request.everything = true;
        request.againstLocal = true;
        QTest::newRow("push") << request
                              << "conda-oci push-cache --channel conda-forge --registry ghcr.io/myorg --cache-dir "
                                 "'/tmp/my cache' --all --against local";
        request.allowShrink = true; // it adds to what stands there, and shrinks nothing
        QTest::newRow("W02 push, allow shrink")
            << request
            << "conda-oci push-cache --channel conda-forge --registry ghcr.io/myorg "
               "--cache-dir '/tmp/my cache' --all --against local";
        request.trustFiles = true;
        QTest::newRow("A30 push, trust files") << request
                                               << "conda-oci push-cache --channel conda-forge --registry ghcr.io/myorg "
                                                  "--cache-dir '/tmp/my cache' --all --against local --trust-files";
        request = requestFor(Verb::Mirror);
        request.trustFiles = true; // a channel is believed, or not at all
        QTest::newRow("A30 mirror, trust files")
            << request << "conda-oci mirror --channel conda-forge --registry ghcr.io/myorg";
        request = requestFor(Verb::Mirror);
        request.allowShrink = true;
        QTest::newRow("W02 allow shrink")
            << request << "conda-oci mirror --channel conda-forge --registry ghcr.io/myorg --allow-shrink";
        request = CopyRequest();
        request.verb = Verb::Copy;
        request.channel.clear();
        request.source = QStringLiteral("./chan");
        request.destination = QStringLiteral("oci-layout:./carrier");
        request.newestOnly = true;
        request.dryRun = true;
        QTest::newRow("copy") << request << "conda-oci copy ./chan oci-layout:./carrier --newest --dry-run";
        request = requestFor(Verb::Mirror);
        request.caFile = QStringLiteral("/etc/our ca.pem");
        request.clientCertificate = QStringLiteral("me.pem");
        request.clientKey = QStringLiteral("me.key");
        request.acceptedCertificates = QStringList{QStringLiteral("a:5000=aa"), QStringLiteral("b=bb")};
        QTest::newRow("A12 certificates")
            << request
            << "conda-oci mirror --channel conda-forge --registry ghcr.io/myorg --ca-file '/etc/our ca.pem' "
               "--client-cert me.pem --client-key me.key --accept-certificate 'a:5000=aa' --accept-certificate 'b=bb'";
        request = requestFor(Verb::Mirror);
        request.shard = QStringLiteral("3/16");
        QTest::newRow("shard") << request
                               << "conda-oci mirror --channel conda-forge --registry ghcr.io/myorg --shard 3/16";
        request = requestFor(Verb::Mirror);
        request.adopt = true;
        QTest::newRow("W19 adopt") << request
                                   << "conda-oci mirror --channel conda-forge --registry ghcr.io/myorg --adopt";
        request = requestFor(Verb::Mirror);
        request.shards = 16;
        QTest::newRow("publish") << request
                                 << "conda-oci publish --channel conda-forge --registry ghcr.io/myorg --shards 16";
        request = requestFor(Verb::Mirror);
        request.channel = QStringLiteral("https://conda.example/t/CANARY-TOKEN/chan");
        QTest::newRow("token") << request
                               << "conda-oci mirror --channel 'https://conda.example/t/***/chan' --registry "
                                  "ghcr.io/myorg";
        request = requestFor(Verb::Mirror);
        request.packages =
            QStringList{QStringLiteral("https://me:pw-CANARY@conda.example/chan::zlib"), QStringLiteral("token=1.2")};
        QTest::newRow("token in a specification")
            << request
            << "conda-oci mirror --channel conda-forge --package 'https://***@conda.example/chan::zlib' --package "
               "'token=1.2' --registry ghcr.io/myorg";
    }
    void commandLine()
    {
        QFETCH(CopyRequest, request);
        QFETCH(QString, shell);
        QCOMPARE(mirror::shellCommand(mirror::commandLine(request)), shell);
    }

    void survivesJson_data() { commandLine_data(); }
    void survivesJson()
    {
        QFETCH(CopyRequest, request);
        const QByteArray json = QJsonDocument(mirror::toJson(request)).toJson();
        QVERIFY(!json.contains("CANARY"));
        auto again = mirror::requestFromJson(QJsonDocument::fromJson(json).object());
        QVERIFY(again);
        if (!request.channel.contains(QStringLiteral("CANARY"))) {
            if (!request.packages.join(QLatin1Char(' ')).contains(QStringLiteral("CANARY")))
                QCOMPARE(*again, request);
            return;
        }
        auto spec = mirror::toSpec(*again);
        QVERIFY(!spec);
        QVERIFY(spec.error().message.contains(QStringLiteral("without its password or token")));
    }

    void refusesJson_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::newRow("nothing") << QByteArray("{}");
        QTest::newRow("no verb known") << QByteArray("{\"verb\": \"destroy\"}");
        QTest::newRow("text for a number") << QByteArray("{\"verb\": \"mirror\", \"workers\": \"4\"}");
        QTest::newRow("a list of numbers") << QByteArray("{\"verb\": \"mirror\", \"packages\": [1]}");
        QTest::newRow("text for a list") << QByteArray("{\"verb\": \"mirror\", \"packages\": \"all\"}");
        QTest::newRow("negative") << QByteArray("{\"verb\": \"mirror\", \"spacing\": -5}");
        QTest::newRow("number for text") << QByteArray("{\"verb\": \"mirror\", \"channel\": 7}");
    }
    void refusesJson()
    {
        QFETCH(QByteArray, json);
        auto request = mirror::requestFromJson(QJsonDocument::fromJson(json).object());
        QVERIFY(!request);
        QCOMPARE(request.error().kind, ErrorKind::Parse);
    }

    /// Machines with other versions of us share a mirror, so a package stays in its shard for ever.
    void shards_data()
    {
        QTest::addColumn<QString>("package");
        QTest::addColumn<int>("count");
        QTest::addColumn<int>("shard");
        QTest::newRow("numpy of 1") << "numpy" << 1 << 1;
        QTest::newRow("numpy of 3") << "numpy" << 3 << 3;
        QTest::newRow("numpy of 16") << "numpy" << 16 << 11;
        QTest::newRow("numpy of 1000") << "numpy" << 1000 << 203;
        QTest::newRow("zlib of 1") << "zlib" << 1 << 1;
        QTest::newRow("zlib of 3") << "zlib" << 3 << 3;
        QTest::newRow("zlib of 16") << "zlib" << 16 << 9;
        QTest::newRow("zlib of 1000") << "zlib" << 1000 << 529;
        QTest::newRow("_libgcc_mutex of 1") << "_libgcc_mutex" << 1 << 1;
        QTest::newRow("_libgcc_mutex of 3") << "_libgcc_mutex" << 3 << 2;
        QTest::newRow("_libgcc_mutex of 16") << "_libgcc_mutex" << 16 << 10;
        QTest::newRow("_libgcc_mutex of 1000") << "_libgcc_mutex" << 1000 << 746;
        QTest::newRow("r-base of 1") << "r-base" << 1 << 1;
        QTest::newRow("r-base of 3") << "r-base" << 3 << 2;
        QTest::newRow("r-base of 16") << "r-base" << 16 << 5;
        QTest::newRow("r-base of 1000") << "r-base" << 1000 << 245;
    }
    void shards()
    {
        QFETCH(QString, package);
        QFETCH(int, count);
        QTEST(shardOf(package.toStdString(), count), "shard");
    }

    void badShards_data()
    {
        QTest::addColumn<QString>("text");
        for (const char* text : {"", "1", "0/3", "4/3", "1/0", "-1/3", "1/1001", "1/3 ", " 1/3", "+1/3", "01/00", "a/b",
                                 "1/3/5", "99999999999/99999999999"})
            QTest::newRow(text) << QString::fromLatin1(text);
    }
    void badShards()
    {
        QFETCH(QString, text);
        const auto shard = parseShard(text);
        QVERIFY(!shard);
        QCOMPARE(shard.error().kind, ErrorKind::Config);
    }

    void badInput_data()
    {
        QTest::addColumn<QString>("field");
        QTest::addColumn<QString>("value");
        QTest::addColumn<QString>("says");
        QTest::newRow("subdir") << "subdir"
                                << "linux64!"
                                << "linux64! is not a platform";
        QTest::newRow("package") << "package"
                                 << "zlib>="
                                 << "zlib>=";
        QTest::newRow("registry") << "registry"
                                  << "https://user:pw@ghcr.io"
                                  << "";
        QTest::newRow("no registry") << "registry"
                                     << ""
                                     << "";
        QTest::newRow("no lock file") << "lock"
                                      << "/nowhere/pixi.lock"
                                      << "/nowhere/pixi.lock";
        QTest::newRow("A12 no such certificates") << "ca"
                                                  << "/nowhere/ca.pem"
                                                  << "/nowhere/ca.pem";
        QTest::newRow("A12 no fingerprint") << "accept"
                                            << "ghcr.io=1234"
                                            << "ghcr.io=1234";
        QTest::newRow("W20 an empty variable") << "package"
                                               << "zlib=="
                                               << "'zlib=='";
        QTest::newRow("W20 another channel")
            << "package"
            << "defaults::zlib"
            << "'defaults::zlib' is a package of the channel defaults, but this run copies";
        QTest::newRow("W20 another channel's key") << "package"
                                                   << "zlib[channel=bioconda]"
                                                   << "of the channel bioconda";
        QTest::newRow("W20 another channel's URL") << "package"
                                                   << "https://conda.anaconda.org/bioconda/linux-64::zlib"
                                                   << "of the channel https://conda.anaconda.org/bioconda";
        QTest::newRow("no channel") << "channel"
                                    << ""
                                    << "";
    }
    void badInput()
    {
        QFETCH(QString, field);
        QFETCH(QString, value);
        QFETCH(QString, says);
        CopyRequest request = requestFor(Verb::Mirror);
        if (field == QLatin1String("subdir"))
            request.subdirs = QStringList{value};
        else if (field == QLatin1String("package"))
            request.packages = QStringList{value};
        else if (field == QLatin1String("registry"))
            request.registry = value;
        else if (field == QLatin1String("lock"))
            request.lockFiles = QStringList{value};
        else if (field == QLatin1String("ca"))
            request.caFile = value;
        else if (field == QLatin1String("accept"))
            request.acceptedCertificates = QStringList{value};
        else
            request.channel = value;
        auto spec = mirror::toSpec(request);
        QVERIFY(!spec);
        QCOMPARE(spec.error().kind, ErrorKind::Config);
        QVERIFY2(spec.error().message.contains(says), qPrintable(spec.error().message));
    }

    void W20_takesItsOwnChannel_data()
    {
        QTest::addColumn<QString>("channel");
        QTest::addColumn<QString>("as");
        QTest::addColumn<QString>("package");
        QTest::newRow("by name") << "conda-forge"
                                 << ""
                                 << "conda-forge::zlib";
        QTest::newRow("by URL") << "conda-forge"
                                << ""
                                << "https://conda.anaconda.org/conda-forge/noarch::zlib";
        QTest::newRow("by a mirror's URL") << "conda-forge"
                                           << ""
                                           << "http://127.0.0.1/conda-forge::zlib";
        QTest::newRow("renamed, by its own name") << "conda-forge"
                                                  << "mine"
                                                  << "conda-forge::zlib";
        QTest::newRow("renamed, by the new one") << "conda-forge"
                                                 << "mine"
                                                 << "zlib[channel=mine]";
        QTest::newRow("one of the defaults") << "pkgs/r"
                                             << ""
                                             << "defaults::r-base";
        QTest::newRow("a platform") << "conda-forge"
                                    << ""
                                    << "linux-64::zlib";
        QTest::newRow("any version") << "conda-forge"
                                     << ""
                                     << "zlib=";
    }
    void W20_takesItsOwnChannel()
    {
        QFETCH(QString, channel);
        QFETCH(QString, as);
        QFETCH(QString, package);
        CopyRequest request = requestFor(Verb::Mirror);
        request.channel = channel;
        request.as = as;
        request.packages = QStringList{package};
        const auto spec = mirror::toSpec(request);
        QVERIFY2(spec, spec ? "" : qPrintable(spec.error().message));
    }

    // Nothing is written, so there need not be anything to write to; a source there has to be.
    void W34_aDryRunNeedsNoRegistry_data()
    {
        QTest::addColumn<int>("verb");
        QTest::addColumn<bool>("dryRun");
        QTest::addColumn<bool>("isTaken");
        QTest::newRow("mirror, dry run") << int(Verb::Mirror) << true << true;
        QTest::newRow("push, dry run") << int(Verb::PushCache) << true << true;
        QTest::newRow("pull, dry run") << int(Verb::PullCache) << true << false;
        QTest::newRow("mirror") << int(Verb::Mirror) << false << false;
    }
    void W34_aDryRunNeedsNoRegistry()
    {
        QFETCH(int, verb);
        QFETCH(bool, dryRun);
        CopyRequest request = requestFor(static_cast<Verb>(verb));
        request.registry.clear();
        request.dryRun = dryRun;
        const auto spec = mirror::toSpec(request);
        QTEST(spec.has_value(), "isTaken");
        if (spec)
            QVERIFY(spec->withoutStore);
        else
            QVERIFY2(spec.error().message.contains(QStringLiteral("ghcr.io/myorg")), qPrintable(spec.error().message));
    }

    void selectionNamesExactlyTheseFiles_data()
    {
        QTest::addColumn<QString>("channelName");
        QTest::newRow("name") << "conda-forge";
        QTest::newRow("label") << "conda-forge/label/dev";
        QTest::newRow("defaults") << "pkgs/main";
        QTest::newRow("folder's") << "sample-channel";
    }
    void selectionNamesExactlyTheseFiles()
    {
        QFETCH(QString, channelName);
        QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("list.txt"));
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        const QByteArray sha(64, 'a');
        file.write(mirror::explicitList(
            channelName,
            {{QStringLiteral("linux-64"), QStringLiteral("sample-epoch-1!2.0+abc-h0f1e2d3_1.conda"), sha, {}},
             {QStringLiteral("noarch"), QStringLiteral("x-1-0.tar.bz2"), {}, QByteArray(32, 'b')}}));
        file.close();
        CopyRequest request = requestFor(Verb::PullCache);
        request.channel = QStringLiteral("ignored");
        request.as = channelName;
        request.lockFiles = QStringList{path};
        auto spec = mirror::toSpec(request);
        QVERIFY2(spec, spec ? "" : qPrintable(spec.error().message));
        QCOMPARE(spec->exact->files.size(), size_t(2));
        QCOMPARE(spec->exact->files.at(QStringLiteral("linux-64/sample-epoch-1!2.0+abc-h0f1e2d3_1.conda")).sha256, sha);
        QCOMPARE(spec->exact->files.at(QStringLiteral("noarch/x-1-0.tar.bz2")).md5, QByteArray(32, 'b'));
        QCOMPARE(spec->subdirs, (QStringList{QStringLiteral("linux-64"), QStringLiteral("noarch")}));
    }

    // The line that is shown does what was asked for, in a real shell with the real program.
    void theShellTakesIt()
    {
        QTemporaryDir folder;
        CopyRequest request = requestFor(Verb::Mirror);
        request.channel = sample;
        request.registry = QStringLiteral("oci-layout:") + folder.filePath(QStringLiteral("a b'c"));
        request.packages = QStringList{QStringLiteral("hello-conda>=1,<2")};
        request.dryRun = true;
        QProcess shell;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("PATH"),
                           QStringLiteral(BIN_DIR) + QLatin1Char(':') + environment.value(QStringLiteral("PATH")));
        shell.setProcessEnvironment(environment);
        shell.start(QStringLiteral("sh"), {QStringLiteral("-c"), mirror::shellCommand(mirror::commandLine(request))});
        QVERIFY(shell.waitForFinished());
        const QString output = QString::fromUtf8(shell.readAllStandardOutput());
        QVERIFY2(output.contains(QStringLiteral("2 packages")),
                 qPrintable(output + QString::fromUtf8(shell.readAllStandardError())));
        QCOMPARE(shell.exitCode(), 0);
    }
};

QTEST_GUILESS_MAIN(TestCopyRequest)
#include "tst_copyrequest.moc"
