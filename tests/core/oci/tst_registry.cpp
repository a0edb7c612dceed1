// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/oci/imagelayout.h"
#include "core/oci/reference.h"
#include "core/oci/remoteregistry.h"
#include "core/oci/verifyingsink.h"
#include "tests/support/dockerregistry.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace condaoci;
using namespace condaoci::oci;

namespace {

Descriptor describe(const QByteArray& bytes)
{
    return {QStringLiteral("application/octet-stream"), Digest::ofBytes(bytes), bytes.size(), {}};
}

QByteArray manifestOf(const QByteArray& layer)
{
    Manifest manifest;
    manifest.config = emptyDescriptor();
    manifest.layers = {describe(layer)};
    return manifest.toJson();
}

QString refOf(const QJsonObject& entry)
{
    return entry[QLatin1String("annotations")][QLatin1String("org.opencontainers.image.ref.name")].toString();
}

QByteArray readAll(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

/// The verbs of the distribution spec: the same tests on docker-registry and on an image layout.
class TestRegistry : public QObject
{
    Q_OBJECT

    test::DockerRegistry m_server;
    QTemporaryDir m_folder;
    int m_layouts = 0;

    std::unique_ptr<Registry> open(const QString& kind)
    {
        if (kind == QLatin1String("layout"))
            return std::make_unique<ImageLayout>(m_folder.filePath(QString::number(m_layouts)));
        const auto anonymous = [](const QByteArray&) { return std::optional<Credentials>(); };
        return std::make_unique<RemoteRegistry>(*parseEndpoint(m_server.address()),
                                                std::make_shared<Authenticator>(anonymous),
                                                std::make_shared<http::HostGate>(), std::stop_token());
    }
    static void kinds()
    {
        QTest::addColumn<QString>("kind");
        QTest::newRow("registry") << "registry";
        QTest::newRow("layout") << "layout";
    }

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(m_server.isRunning());
        QVERIFY(m_folder.isValid());
    }
    void init() { ++m_layouts; }

    void S15_S23_keepsBlobs_data() { kinds(); }
    void S15_S23_keepsBlobs()
    {
        QFETCH(QString, kind);
        const auto registry = open(kind);
        const QString name = QStringLiteral("blobs/one");
        QVERIFY(*registry->hasBlob(name, describe("x")) == false);
        for (const QByteArray& content : {QByteArray("{}"), QByteArray(3'000'000, 'z')}) {
            const Descriptor blob = describe(content);
            QVERIFY(registry->pushBlob(name, blob, http::Body::ofBytes(content)));
            QVERIFY(registry->pushBlob(name, blob, http::Body::ofBytes(content))); // again is no error
            QVERIFY(*registry->hasBlob(name, blob));
            qint64 seen = 0;
            MemorySink sink;
            QVERIFY(registry->fetchBlob(name, blob, sink, [&](qint64 bytes) { seen = bytes; }));
            QCOMPARE(sink.bytes, content);
            QCOMPARE(seen, content.size());
            QCOMPARE(*registry->readBlob(name, blob, content.size()), content);
            QVERIFY(!registry->readBlob(name, blob, content.size() - 1));
        }
        MemorySink sink;
        const auto absent = registry->fetchBlob(name, describe("absent"), sink);
        QVERIFY(!absent);
        QCOMPARE(absent.error().kind, ErrorKind::NotFound);
        QVERIFY(sink.bytes.isEmpty());
    }

    void S23_refusesABlobWithAnotherDigest_data() { kinds(); }
    void S23_refusesABlobWithAnotherDigest()
    {
        QFETCH(QString, kind);
        const auto registry = open(kind);
        const auto pushed =
            registry->pushBlob(QStringLiteral("blobs/wrong"), describe("promised"), http::Body::ofBytes("pr0mised"));
        QVERIFY(!pushed);
        QVERIFY(!*registry->hasBlob(QStringLiteral("blobs/wrong"), describe("promised")));
    }

    void S24_S25_takesEveryShape_data()
    {
        QTest::addColumn<bool>("chunked");
        QTest::addColumn<qint64>("size");
        for (const qint64 size : {0, 1, 2, 1000, 1'048'576, 3'145'728, 3'500'000}) {
            QTest::addRow("%lld bytes in pieces", size) << true << size;
            QTest::addRow("%lld bytes", size) << false << size;
        }
    }
    void S24_S25_takesEveryShape()
    {
        QFETCH(bool, chunked);
        QFETCH(qint64, size);
        const auto endpoint = *parseEndpoint(m_server.address());
        const auto memory = std::make_shared<HostMemory>(endpoint.origin);
        memory->chunked = chunked;
        memory->chunk = 1'048'576;
        RemoteRegistry registry(endpoint, std::make_shared<Authenticator>(Authenticator::Lookup()),
                                std::make_shared<http::HostGate>(), {}, memory);
        const QByteArray content(size, 'p');
        const QString name = QStringLiteral("shapes/%1").arg(chunked ? QStringLiteral("c") : QStringLiteral("w"));
        const auto pushed = registry.pushBlob(name, describe(content), http::Body::ofBytes(content), {});
        QVERIFY2(pushed, pushed ? "" : qPrintable(pushed.error().message));
        QCOMPARE(*registry.readBlob(name, describe(content), size), content);
        QCOMPARE(memory->singlePost.load(),
                 size == 0 || size > limits::singlePost); // docker-registry answers it with 202
    }

    void S36_deletes_data() { kinds(); }
    void S36_deletes()
    {
        QFETCH(QString, kind);
        const auto registry = open(kind);
        const QString name = QStringLiteral("delete/one");
        QVERIFY(registry->pushBlob(name, emptyDescriptor(), http::Body::ofBytes(emptyContent())));
        QVERIFY(registry->pushBlob(name, describe("gone"), http::Body::ofBytes("gone")));
        const auto put = registry->putManifest(name, QStringLiteral("1"), manifestOf("gone"), manifestMediaType);
        QVERIFY(put);
        QVERIFY(registry->flush());
        QCOMPARE(*registry->removeManifest(name, put->toString()), Registry::Removal::Done);
        QCOMPARE(*registry->removeManifest(name, put->toString()), Registry::Removal::WasNotThere);
        QCOMPARE(*registry->removeBlob(name, describe("gone").digest), Registry::Removal::Done);
        QCOMPARE(*registry->removeBlob(name, describe("gone").digest), Registry::Removal::WasNotThere);
        const auto again = open(kind);
        QVERIFY(!*again->manifest(name, QStringLiteral("1")));
        QVERIFY(!*again->hasBlob(name, describe("gone")));
        QCOMPARE(*again->tags(name), QStringList());
    }

    void S28_mountsBlobs_data() { kinds(); }
    void S28_mountsBlobs()
    {
        QFETCH(QString, kind);
        const auto registry = open(kind);
        const Descriptor blob = describe("mounted");
        QVERIFY(registry->pushBlob(QStringLiteral("mount/from"), blob, http::Body::ofBytes("mounted")));
        QVERIFY(*registry->mountBlob(QStringLiteral("mount/to"), blob.digest, QStringLiteral("mount/from")));
        QVERIFY(*registry->hasBlob(QStringLiteral("mount/to"), blob));
        const auto absent =
            registry->mountBlob(QStringLiteral("mount/to"), Digest::ofBytes("nowhere"), QStringLiteral("mount/from"));
        QVERIFY(absent && !*absent); // S28: an upload that was begun instead is not a mount
    }

    void A30_aLayoutHashesWhatItDidNotWrite_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<bool>("isRight");
        QTest::newRow("right") << QByteArray("package") << true;
        QTest::newRow("one bit") << QByteArray("pac{age") << false;
        QTest::newRow("zeros") << QByteArray(7, '\0') << false;
        QTest::newRow("cut") << QByteArray("packag") << false;
        QTest::newRow("empty") << QByteArray("") << false;
        QTest::newRow("longer") << QByteArray("package\n") << false;
        QTest::newRow("missing") << QByteArray() << false;
    }
    void A30_aLayoutHashesWhatItDidNotWrite()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(bool, isRight);
        const Descriptor blob = describe("package");
        const QString name = QStringLiteral("a/b");
        const QString folder = m_folder.filePath(QString::number(m_layouts)) + QStringLiteral("/blobs/sha256/");
        const QString path = folder + QString::fromLatin1(blob.digest.hex());
        QVERIFY(QDir().mkpath(folder));
        const auto plant = [&](const QByteArray& what) {
            QFile file(path);
            return file.open(QIODevice::WriteOnly) && file.write(what) == what.size();
        };
        if (!bytes.isNull())
            QVERIFY(plant(bytes));
        QCOMPARE(*open(QStringLiteral("layout"))->hasBlob(name, blob), isRight);
        QCOMPARE(*open(QStringLiteral("layout"))->mountBlob(name, blob.digest, QStringLiteral("c")), isRight);
        const auto layout = open(QStringLiteral("layout"));
        QVERIFY(layout->pushBlob(name, blob, http::Body::ofBytes("package")));
        QCOMPARE(readAll(path), QByteArray("package"));
        QVERIFY(*layout->hasBlob(name, blob));
        QVERIFY(*layout->mountBlob(name, blob.digest, QStringLiteral("c")));
        // What it knows does not outlive the file.
        QCOMPARE(*layout->removeBlob(name, blob.digest), Registry::Removal::Done);
        QVERIFY(!*layout->hasBlob(name, blob));
        QVERIFY(plant("pac{age"));
        QVERIFY(!*layout->hasBlob(name, blob));
    }

    void A31_aLayoutWritesOverWhatIsNoFile()
    {
        const Descriptor blob = describe("package");
        const QString name = QStringLiteral("a/b");
        const QString path = m_folder.filePath(QString::number(m_layouts)) + QStringLiteral("/blobs/sha256/") +
                             QString::fromLatin1(blob.digest.hex());
        for (const QString& inside : {QString(), QStringLiteral("/somebodys")}) {
            QVERIFY(QDir().mkpath(path + inside));
            const auto layout = open(QStringLiteral("layout"));
            QVERIFY(!*layout->hasBlob(name, blob));
            MemorySink sink;
            QCOMPARE(layout->fetchBlob(name, blob, sink).error().kind, ErrorKind::NotFound);
            QVERIFY(layout->pushBlob(name, blob, http::Body::ofBytes("package")));
            QCOMPARE(readAll(path), QByteArray("package"));
            QVERIFY(QFile::remove(path));
        }
        QVERIFY(QFile::exists(path + QStringLiteral(".folder/somebodys"))); // nothing of anybody's is deleted
    }

    void S18_keepsManifestsByteForByte_data() { kinds(); }
    void S18_keepsManifestsByteForByte()
    {
        QFETCH(QString, kind);
        const auto registry = open(kind);
        const QString name = QStringLiteral("manifests/one");
        QVERIFY(!*registry->manifest(name, QStringLiteral("1")));
        QCOMPARE(*registry->tags(name), QStringList());
        QVERIFY(registry->pushBlob(name, emptyDescriptor(), http::Body::ofBytes(emptyContent())));
        QVERIFY(registry->pushBlob(name, describe("layer"), http::Body::ofBytes("layer")));
        const QByteArray bytes = manifestOf("layer");
        for (const char* tag : {"1", "2__p__x-h0_0", "latest"}) {
            const auto put = registry->putManifest(name, QLatin1String(tag), bytes, manifestMediaType);
            QVERIFY2(put, put ? "" : qPrintable(put.error().message));
            QCOMPARE(*put, Digest::ofBytes(bytes));
        }
        QVERIFY(registry->flush());
        const auto again = open(kind); // as another process would see it
        for (const QString& reference : {QStringLiteral("1"), Digest::ofBytes(bytes).toString()}) {
            const auto stored = again->manifest(name, reference);
            QVERIFY(stored && *stored);
            QCOMPARE((*stored)->bytes, bytes);
            QCOMPARE((*stored)->digest, Digest::ofBytes(bytes));
        }
        QStringList tags = *again->tags(name);
        tags.sort();
        QCOMPARE(tags, QStringList({QStringLiteral("1"), QStringLiteral("2__p__x-h0_0"), QStringLiteral("latest")}));
        const auto repositories = again->repositories(QStringLiteral("manifests/"));
        QVERIFY(repositories && *repositories);
        QCOMPARE(**repositories, QStringList(name));
    }

    void S01_refusesBadNamesBeforeAnythingIsSent_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("tag");
        QTest::newRow("dot dot") << "../../etc"
                                 << "1";
        QTest::newRow("upper case") << "Name"
                                    << "1";
        QTest::newRow("tag with a slash") << "name"
                                          << "a/b";
        QTest::newRow("tag with a line break") << "name"
                                               << "a\nb";
    }
    void S01_refusesBadNamesBeforeAnythingIsSent()
    {
        QFETCH(QString, name);
        QFETCH(QString, tag);
        for (const char* kind : {"registry", "layout"}) {
            const auto put = open(QLatin1String(kind))->putManifest(name, tag, manifestOf("x"), manifestMediaType);
            QVERIFY(!put);
            QCOMPARE(put.error().kind, ErrorKind::Config);
        }
    }

    void S33_pagesThroughManyTags()
    {
        const auto registry = open(QStringLiteral("registry"));
        const QString name = QStringLiteral("many/tags");
        QVERIFY(registry->pushBlob(name, emptyDescriptor(), http::Body::ofBytes(emptyContent())));
        QVERIFY(registry->pushBlob(name, describe("layer"), http::Body::ofBytes("layer")));
        const QByteArray bytes = manifestOf("layer");
        const auto digest = registry->putManifest(name, QStringLiteral("t0"), bytes, manifestMediaType);
        QVERIFY(digest);
        // The registry's own way of keeping a tag; 1,500 uploads would say no more.
        const QString tags =
            m_server.storage() + QStringLiteral("/docker/registry/v2/repositories/many/tags/_manifests/tags/");
        for (int i = 1; i < 1500; ++i) {
            QVERIFY(QDir().mkpath(tags + QStringLiteral("t%1/current").arg(i)));
            QFile link(tags + QStringLiteral("t%1/current/link").arg(i));
            QVERIFY(link.open(QIODevice::WriteOnly));
            link.write(digest->toByteArray());
        }
        const auto listed = registry->tags(name);
        QVERIFY(listed);
        QCOMPARE(QSet<QString>(listed->begin(), listed->end()).size(), 1500);
        QCOMPARE(listed->size(), 1500);
    }

    void findsDamageInALayout()
    {
        const auto layout = open(QStringLiteral("layout"));
        const QString name = QStringLiteral("a/b");
        QVERIFY(layout->pushBlob(name, describe("content"), http::Body::ofBytes("content")));
        QVERIFY(layout->putManifest(name, QStringLiteral("1"), manifestOf("content"), manifestMediaType));
        QVERIFY(layout->flush());
        const QString blobs = m_folder.filePath(QString::number(m_layouts)) + QStringLiteral("/blobs/sha256/");
        for (const QByteArray& content : {QByteArray("content"), manifestOf("content")}) {
            QFile file(blobs + QString::fromLatin1(Digest::ofBytes(content).hex()));
            QVERIFY(file.open(QIODevice::ReadWrite));
            file.write("C");
        }
        MemorySink sink;
        const auto blob = layout->fetchBlob(name, describe("content"), sink);
        QVERIFY(!blob);
        QCOMPARE(blob.error().kind, ErrorKind::Integrity);
        const auto manifest = layout->manifest(name, QStringLiteral("1"));
        QVERIFY(!manifest);
        QCOMPARE(manifest.error().kind, ErrorKind::Integrity);
        // Pushed again it is repaired, although a file of its name and size is there.
        QVERIFY(layout->pushBlob(name, describe("content"), http::Body::ofBytes("content")));
        MemorySink again;
        QVERIFY(layout->fetchBlob(name, describe("content"), again));
    }

    void survivesAForeignIndexJson_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<bool>("usable");
        QTest::newRow("entries of others")
            << QByteArray("{\"schemaVersion\":2,\"x\":1,\"manifests\":[{\"digest\":\"d\"},{\"annotations\":{}}]}")
            << true;
        QTest::newRow("one that stands twice, with more in it")
            << QByteArray(R"({"manifests":[{"digest":"sha256:0","platform":{"os":"linux"},"annotations":)"
                          R"({"org.opencontainers.image.ref.name":"b:1","\u0022":"\n"}},{"digest":1,"annotations":)"
                          R"({"org.opencontainers.image.ref.name":"b:1"}}],"annotations":{"y":[1,"\u00e4"]}})")
            << true;
        QTest::newRow("manifests that are none") << QByteArray("{\"manifests\":{}}") << false;
        QTest::newRow("no manifests") << QByteArray("{\"schemaVersion\":2}") << true;
        QTest::newRow("cut") << QByteArray("{\"schemaVersion\":2,\"manif") << false;
        QTest::newRow("a list") << QByteArray("[]") << false;
    }
    void survivesAForeignIndexJson()
    {
        QFETCH(QByteArray, json);
        QFETCH(bool, usable);
        const QString directory = m_folder.filePath(QString::number(m_layouts));
        QVERIFY(QDir().mkpath(directory));
        QFile file(directory + QStringLiteral("/index.json"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(json);
        file.close();
        const auto layout = open(QStringLiteral("layout"));
        const auto put =
            layout->putManifest(QStringLiteral("a"), QStringLiteral("1"), manifestOf("x"), manifestMediaType);
        QCOMPARE(put.has_value() && layout->flush(), usable);
        if (!usable) {
            QCOMPARE(readAll(file.fileName()), json); // a damaged index is not overwritten
            return;
        }
        auto before = QJsonDocument::fromJson(json).object();
        auto after = QJsonDocument::fromJson(readAll(file.fileName())).object();
        auto left = after[QLatin1String("manifests")].toArray();
        for (auto one = left.begin(); one != left.end();)
            one = refOf(one->toObject()) == QLatin1String("a:1") ? left.erase(one) : one + 1;
        QCOMPARE(left.size() + 1, after[QLatin1String("manifests")].toArray().size());
        after[QLatin1String("manifests")] = left;
        for (auto* index : {&before, &after}) { // every one of theirs, and in their order where it has no name
            for (const char* ours : {"schemaVersion", "mediaType"})
                index->remove(QLatin1String(ours));
            if (!index->contains(QLatin1String("manifests")))
                index->insert(QLatin1String("manifests"), QJsonArray());
        }
        QCOMPARE(after, before);
    }

    void aLayoutKeepsAsManyEntriesAsThereAre()
    {
        const int count = 3000;
        {
            const auto layout = open(QStringLiteral("layout"));
            for (int i = 0; i < count; ++i)
                QVERIFY(layout->putManifest(QStringLiteral("a/%1").arg(i % 100), QString::number(i), manifestOf("x"),
                                            manifestMediaType));
            QVERIFY(layout->flush());
        }
        const auto again = open(QStringLiteral("layout"));
        QCOMPARE((*again->repositories(QStringLiteral("a/")))->size(), 100);
        QCOMPARE(again->tags(QStringLiteral("a/7"))->size(), count / 100);
        QVERIFY(again->tags(QStringLiteral("a/"))->isEmpty());
        const auto stored = again->manifest(QStringLiteral("a/7"), QStringLiteral("107"));
        QVERIFY(stored && *stored);
        QCOMPARE((*stored)->bytes, manifestOf("x"));
        QCOMPARE((*stored)->mediaType, QByteArray(manifestMediaType));
        QCOMPARE(*again->removeManifest(QStringLiteral("a/7"), QStringLiteral("107")), Registry::Removal::Done);
        QVERIFY(!*open(QStringLiteral("layout"))->manifest(QStringLiteral("a/7"), QStringLiteral("107")));
        QCOMPARE(open(QStringLiteral("layout"))->tags(QStringLiteral("a/7"))->size(), count / 100 - 1);
    }

    void twoWritersOfALayoutKeepEachOthersEntries()
    {
        const auto one = open(QStringLiteral("layout"));
        const auto other = open(QStringLiteral("layout"));
        QVERIFY(!*one->manifest(QStringLiteral("a"), QStringLiteral("1")));
        QVERIFY(!*other->manifest(QStringLiteral("b"), QStringLiteral("1")));
        QVERIFY(one->putManifest(QStringLiteral("a"), QStringLiteral("1"), manifestOf("a"), manifestMediaType));
        QVERIFY(other->putManifest(QStringLiteral("b"), QStringLiteral("1"), manifestOf("b"), manifestMediaType));
        QVERIFY(one->flush());
        QVERIFY(other->flush());
        QCOMPARE(**open(QStringLiteral("layout"))->repositories({}),
                 QStringList({QStringLiteral("a"), QStringLiteral("b")}));
    }

    /// Who has moved an index's tag first keeps it, and the other one sees that when it looks.
    void theFirstOfTwoWritersMovesLatest()
    {
        const auto one = open(QStringLiteral("layout"));
        const auto other = open(QStringLiteral("layout"));
        const QString latest = QStringLiteral("latest");
        const QString a = QStringLiteral("a");
        QVERIFY(one->putManifest(a, latest, manifestOf("one"), manifestMediaType));
        QVERIFY(other->putManifest(a, latest, manifestOf("other"), manifestMediaType));
        QVERIFY(one->flush());
        QVERIFY(other->flush());
        for (const auto* writer : {&one, &other}) {
            const auto stored = (*writer)->manifest(a, latest);
            QVERIFY(stored && *stored);
            QCOMPARE((*stored)->bytes, manifestOf("one"));
        }
    }
};

QTEST_GUILESS_MAIN(TestRegistry)
#include "tst_registry.moc"
