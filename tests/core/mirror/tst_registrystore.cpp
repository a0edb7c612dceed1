// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/base/limits.h"
#include "core/mirror/places/registrystore.h"
#include "tests/support/ocitest.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>
#include <QUrlQuery>

using namespace condaoci;
using namespace condaoci::mirror;
using namespace condaoci::test;

namespace {

/// A registry that takes manifests only if their blobs are there, and may lose some or tell wrongly of them. What a
/// sound registry does is tried on real ones, in tests/integration.
struct ForgetfulRegistry
{
    int loses = 0;           ///< so many times it has lost its first blob by the time the manifest comes
    QSet<QByteArray> claims; ///< digests that a HEAD finds there, whatever is there
    bool imageConfigOnly = false;
    std::function<void()> onRefusal = [] {};
    QMap<QByteArray, QByteArray> blobs;
    ScriptedServer server{[this](const ReceivedRequest& request) { return answer(request); }};

private:
    Answer answer(const ReceivedRequest& request)
    {
        const QByteArray name = request.path.mid(request.path.lastIndexOf('/') + 1);
        if (request.method == "HEAD")
            return Answer::whole(
                headOnly(blobs.contains(name) || claims.contains(name) ? 200 : 404, {"Content-Length: 1"}));
        if (request.method == "POST")
            return Answer::whole(reply(202, {}, {"Location: /session"}));
        if (request.path.startsWith("/session")) {
            const QUrlQuery query(QUrl::fromEncoded(request.path));
            blobs.insert(query.queryItemValue(QStringLiteral("digest")).toLatin1(), request.body);
            return Answer::whole(reply(201));
        }
        if (request.method == "GET")
            return Answer::whole(reply(404));
        return manifest(QJsonDocument::fromJson(request.body).object());
    }
    Answer manifest(const QJsonObject& json)
    {
        QJsonArray needed = json[QLatin1String("layers")].toArray();
        if (loses-- > 0)
            blobs.remove(needed.first()[QLatin1String("digest")].toString().toLatin1());
        needed.append(json[QLatin1String("config")]);
        const QString config = json[QLatin1String("config")][QLatin1String("mediaType")].toString();
        if (imageConfigOnly && config != QLatin1String(oci::imageConfigMediaType)) {
            onRefusal();
            return Answer::whole(reply(400, "{\"errors\":[{\"code\":\"MANIFEST_INVALID\"}]}"));
        }
        for (const QJsonValue& one : needed) {
            if (!blobs.contains(one[QLatin1String("digest")].toString().toLatin1()))
                return Answer::whole(reply(404, "{\"errors\":[{\"code\":\"MANIFEST_BLOB_UNKNOWN\"}]}"));
        }
        return Answer::whole(reply(201));
    }
};

struct Store
{
    explicit Store(const QString& address)
        : connection(address)
        , channel{connection.endpoint, QStringLiteral("chan")}
        , knowledge(std::make_shared<RegistryKnowledge>())
        , store(channel, connection.worker(), knowledge, {})
    {
        connection.memory->singlePost = false;
    }
    Result<Publication> publish()
    {
        return store.publishIndex({QStringLiteral("noarch"),
                                   QStringLiteral("repodata.json"),
                                   "{\"packages\":{}}",
                                   {QStringLiteral("present")}},
                                  {});
    }
    Connection connection;
    RegistryChannel channel;
    std::shared_ptr<RegistryKnowledge> knowledge;
    RegistryStore store;
};

} // namespace

/// What a store does where a registry and its promises differ.
class TestRegistryStore : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { forgetProxies(); }

    void S21_S29_F17_P_sendsWhatTheRegistryLacks_data()
    {
        QTest::addColumn<int>("loses");
        QTest::addColumn<bool>("liesAboutBlobs");
        QTest::addColumn<bool>("succeeds");
        QTest::addColumn<int>("blobPuts");
        QTest::addColumn<int>("manifestPuts");
        QTest::newRow("nothing is lost") << 0 << false << true << 3 << 2;
        QTest::newRow("a blob is lost once") << 1 << false << true << 4 << 3;
        QTest::newRow("S29 a HEAD was wrong") << 0 << true << true << 3 << 3;
        QTest::newRow("lost again and again") << 1000 << false << false << 4 << 2 + limits::blobUnknownTries;
    }
    void S21_S29_F17_P_sendsWhatTheRegistryLacks()
    {
        QFETCH(int, loses);
        QFETCH(bool, liesAboutBlobs);
        ForgetfulRegistry registry;
        registry.loses = loses;
        Store store(registry.server.address());
        if (liesAboutBlobs) {
            registry.claims = {Digest::ofBytes("{\"packages\":{}}").toByteArray()};
            store.store.comesFrom({*oci::parseEndpoint(QStringLiteral("ghcr.io/other")), QStringLiteral("chan")});
        }
        const auto published = store.publish();
        QTEST(published.has_value(), "succeeds");
        if (!published)
            QVERIFY(oci::isBlobUnknown(published.error()));
        const auto requests = registry.server.requests();
        QTEST(countOf(requests, "PUT /session"), "blobPuts");
        QTEST(countOf(requests, "PUT /v2/chan/noarch/repodata.json/manifests/"), "manifestPuts");
        // S21: blobs, manifest, and the moving tag last.
        QVERIFY(!published || lines(requests).constLast().endsWith("/manifests/latest"));
        QVERIFY(lines(requests).indexOf("PUT /v2/chan/noarch/repodata.json/manifests/latest") < 0 || published);
    }

    void learnsThatOnlyImageConfigsAreTaken()
    {
        ForgetfulRegistry registry;
        registry.imageConfigOnly = true;
        Store store(registry.server.address());
        QVERIFY(store.publish());
        QVERIFY(store.knowledge->wantsImageConfig());
        QCOMPARE(countOf(registry.server.requests(), "PUT /v2/chan/noarch/repodata.json/manifests/"),
                 3); // refused once, and then no more
    }

    void sendsAgainWhatWasRefusedWhileAnotherWorkerLearned()
    {
        ForgetfulRegistry registry;
        registry.imageConfigOnly = true;
        Store store(registry.server.address());
        registry.onRefusal = [&] { store.knowledge->setWantsImageConfig(); };
        QVERIFY(store.publish());
        QCOMPARE(countOf(registry.server.requests(), "PUT /v2/chan/noarch/repodata.json/manifests/"), 3);
    }
};

QTEST_GUILESS_MAIN(TestRegistryStore)
#include "tst_registrystore.moc"
