// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/oci/manifest.h"

#include "core/base/limits.h"

#include <QTest>

using namespace condaoci;
using namespace condaoci::oci;

namespace {

/// JSON with ' for ", since moc of Qt 6.4 stumbles over raw strings with quotation marks.
QByteArray q(QByteArray json)
{
    return json.replace('\'', '"');
}

const QByteArray digest = "sha256:" + QByteArray(64, 'a');
const QByteArray layer = q("{'mediaType':'application/x','digest':'") + digest + q("','size':3}");
const QByteArray config = q("'config':") + layer;

QByteArray with(const QByteArray& fields)
{
    return q("{'schemaVersion':2,") + fields + '}';
}

} // namespace

class TestManifest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void S11_S17_A15_A17_Q15_reads_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<QByteArray>("contentType");
        QTest::addColumn<int>("layers"); // -1: refused
        const QByteArray one = q("'layers':[") + layer + "]";
        QTest::newRow("smallest") << with(config + q(",'layers':[]")) << QByteArray() << 0;
        QTest::newRow("one layer") << with(config + "," + one) << QByteArray() << 1;
        QTest::newRow("its type announced") << with(config + "," + one) << QByteArray(manifestMediaType) << 1;
        QTest::newRow("S11 its type with a parameter")
            << with(config + "," + one) << QByteArray(manifestMediaType) + "; charset=utf-8" << 1;
        QTest::newRow("Docker's type") << with(config + "," + one)
                                       << QByteArray("application/vnd.docker.distribution.manifest.v2+json") << 1;
        QTest::newRow("S17 unknown fields")
            << with(config + "," + one + q(",'subject':null,'x':{'y':[1]}")) << QByteArray() << 1;
        QTest::newRow("A15 a key twice") << with(config + "," + one + ",\"layers\":[]") << QByteArray() << -1;
        QTest::newRow("A15 a digest twice") << with(config + q(",'layers':[{'mediaType':'x','digest':'") + digest +
                                                    q("','digest':'") + digest + q("','size':1}]"))
                                            << QByteArray() << -1;
        QTest::newRow("S11 both manifest and index")
            << with(config + "," + one + q(",'manifests':[]")) << QByteArray() << -1;
        QTest::newRow("an index") << with(q("'manifests':[]")) << QByteArray(indexMediaType) << -1;
        QTest::newRow("S11 body says otherwise")
            << with(config + "," + one + q(",'mediaType':'application/vnd.oci.image.index.v1+json'"))
            << QByteArray(manifestMediaType) << -1;
        QTest::newRow("announced as HTML") << with(config + "," + one) << QByteArray("text/html") << -1;
        QTest::newRow("schema 1") << (q("{'schemaVersion':1,'layers':[]}")) << QByteArray() << -1;
        QTest::newRow("schemaVersion as text")
            << (q("{'schemaVersion':'2',") + config + q(",'layers':[]}")) << QByteArray() << -1;
        QTest::newRow("no layers") << with(config) << QByteArray() << -1;
        QTest::newRow("no config") << with(one) << QByteArray() << -1;
        QTest::newRow("layers not a list") << with(config + q(",'layers':{}")) << QByteArray() << -1;
        QTest::newRow("layer not an object") << with(config + q(",'layers':[1]")) << QByteArray() << -1;
        for (const char* size : {"-1", "1.5", "\"3\"", "1e3", "99999999999999999999", "null"}) {
            const QByteArray bad = q(",'layers':[{'mediaType':'x','digest':'") + digest + q("','size':") + size + "}]";
            QTest::addRow("A17 size %s", size) << with(config + bad) << QByteArray() << -1;
        }
        for (const char* bad : {"", "sha256:", "md5:d41d8cd98f00b204e9800998ecf8427e", "sha256:../../etc/passwd",
                                "sha1:da39a3ee5e6b4b0d3255bfef95601890afd80709"}) {
            const QByteArray text = q(",'layers':[{'mediaType':'x','digest':'") + QByteArray(bad) + q("','size':1}]");
            QTest::addRow("A14 digest '%s'", bad) << with(config + text) << QByteArray() << -1;
        }
        QTest::newRow("annotation not a text")
            << with(config + "," + one + q(",'annotations':{'a':1}")) << QByteArray() << -1;
        QTest::newRow("nothing") << QByteArray() << QByteArray() << -1;
        QTest::newRow("a list") << QByteArray("[]") << QByteArray() << -1;
        QTest::newRow("cut") << with(config + "," + one).chopped(5) << QByteArray() << -1;
        QTest::newRow("something after it") << with(config + "," + one) + "x" << QByteArray() << -1;
        QTest::newRow("invalid UTF-8") << with(config + "," + one + ",\"annotations\":{\"a\":\"\xff\"}") << QByteArray()
                                       << -1;
        QTest::newRow("nested too deeply")
            << with(config + "," + one + ",\"x\":" + QByteArray(100, '[') + QByteArray(100, ']')) << QByteArray() << -1;
        QTest::newRow("too large") << with(config + "," + one + ",\"x\":\"" + QByteArray(limits::manifestRead, 'x') +
                                           '"')
                                   << QByteArray() << -1;
    }
    void S11_S17_A15_A17_Q15_reads()
    {
        QFETCH(QByteArray, json);
        QFETCH(QByteArray, contentType);
        const auto manifest = Manifest::parse(json, contentType);
        QTEST(manifest ? static_cast<int>(manifest->layers.size()) : -1, "layers");
        if (manifest) {
            QCOMPARE(manifest->config.size, 3);
        } else {
            QVERIFY(manifest.error().message.size() < 300);
        }
    }

    void A20_neverCrashesOnWhatIsCut()
    {
        const QByteArray whole = with(config + q(",'layers':[") + layer + q("],'annotations':{'a':'\\u00e9'}"));
        for (qsizetype length = 0; length < whole.size(); ++length)
            QVERIFY(!Manifest::parse(whole.left(length)));
        QVERIFY(Manifest::parse(whole));
    }

    void S18_writesTheSameBytesAgain()
    {
        Manifest manifest;
        manifest.artifactType = QStringLiteral("application/vnd.conda.package.v2");
        manifest.config = emptyDescriptor();
        manifest.layers = {{QStringLiteral("application/x"),
                            Digest::ofBytes("abc"),
                            3,
                            {{QStringLiteral("z"), QStringLiteral("quote \" and\nline")},
                             {QStringLiteral("a"), QStringLiteral("é 漢 \u0001")}}}};
        manifest.annotations = {{QStringLiteral("k"), QStringLiteral("v")}};
        const QByteArray json = manifest.toJson();
        QVERIFY(json.startsWith(
            q("{'schemaVersion':2,'mediaType':'application/vnd.oci.image.manifest.v1+json','artifactType':")));
        const auto read = Manifest::parse(json, manifestMediaType);
        QVERIFY(read);
        QCOMPARE(read->toJson(), json);
        QCOMPARE(read->layers, manifest.layers);
        QCOMPARE(read->annotations, manifest.annotations);
        QVERIFY(read->layer(u"application/x"));
        QVERIFY(!read->layer(u"application/y"));
    }

    void knowsTheEmptyConfig()
    {
        QCOMPARE(emptyDescriptor().digest.toByteArray(),
                 QByteArray("sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"));
        QCOMPARE(emptyDescriptor().size, 2);
    }
};

QTEST_GUILESS_MAIN(TestManifest)
#include "tst_manifest.moc"
