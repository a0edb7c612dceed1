// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "tests/support/fakeregistry.h"

#include <QCryptographicHash>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QUrl>
#include <QUrlQuery>

namespace condaoci::test {

namespace {

QByteArray digestOf(const QByteArray& bytes)
{
    return "sha256:" + QCryptographicHash::hash(bytes, QCryptographicHash::Sha256).toHex();
}

QByteArray pathOf(const ReceivedRequest& request)
{
    return QByteArray::fromPercentEncoding(request.path.split('?').constFirst());
}

QString parameter(const ReceivedRequest& request, const char* name)
{
    const QUrlQuery query(QUrl::fromEncoded(request.path));
    return query.queryItemValue(QLatin1String(name), QUrl::FullyDecoded);
}

Answer refusal(int status, const QByteArray& code)
{
    return Answer::whole(
        reply(status, R"({"errors":[{"code":")" + code + R"(","message":"no"}]})", {"Content-Type: application/json"}));
}

QByteArrayList layersOf(const QByteArray& manifest)
{
    const QJsonObject json = QJsonDocument::fromJson(manifest).object();
    QByteArrayList digests{json[QLatin1String("config")].toObject()[QLatin1String("digest")].toString().toLatin1()};
    for (const QJsonValue& layer : json[QLatin1String("layers")].toArray())
        digests.append(layer.toObject()[QLatin1String("digest")].toString().toLatin1());
    return digests;
}

} // namespace

Op opOf(const ReceivedRequest& request)
{
    const QByteArray path = pathOf(request);
    if (path.startsWith("/token"))
        return Op::Token;
    if (path.startsWith("/chan/"))
        return Op::Channel;
    if (path.contains("/blobs/uploads/"))
        return request.method == "POST"                               ? Op::UploadStart
               : request.method == "PUT" || request.method == "PATCH" ? Op::UploadPut
                                                                      : Op::Other;
    if (request.method == "HEAD")
        return Op::Head;
    if (path.contains("/manifests/"))
        return request.method == "PUT" ? Op::ManifestPut : Op::Manifest;
    if (path.contains("/blobs/"))
        return Op::Blob;
    return path.endsWith("/tags/list") ? Op::List : Op::Other;
}

FakeWorld::FakeWorld(QString channelFolder)
    : m_folder(std::move(channelFolder))
{
    registry.setHandler(guarded(&FakeWorld::answerRegistry));
    tokens.setHandler(guarded(&FakeWorld::answerToken));
    channel.setHandler(guarded(&FakeWorld::answerChannel));
}

ScriptedServer::Handler FakeWorld::guarded(Honest honest)
{
    return [this, honest](const ReceivedRequest& request) {
        const std::scoped_lock lock(m_mutex);
        const auto answer = [&] { return (this->*honest)(request); };
        if (!m_fault.answer || opOf(request) != m_fault.op || !request.path.contains(m_fault.where))
            return answer();
        if (honest == &FakeWorld::answerRegistry && !isSignedIn(request)) // nothing is known of it before that
            return answer();
        const int number = m_seen++;
        if (number < m_fault.after || number - m_fault.after >= m_fault.times)
            return answer();
        ++m_hits;
        return m_fault.answer(request, answer);
    };
}

void FakeWorld::setFault(const Fault& fault)
{
    const std::scoped_lock lock(m_mutex);
    m_fault = fault;
    m_seen = m_hits = 0;
}

int FakeWorld::hits() const
{
    const std::scoped_lock lock(m_mutex);
    return m_hits;
}

void FakeWorld::revokeTokens()
{
    m_tokens.clear(); // called by faults, which hold the lock
}

void FakeWorld::setTokenReply(const QByteArray& moreMembers)
{
    const std::scoped_lock lock(m_mutex);
    m_tokenMembers = moreMembers;
}

void FakeWorld::setChannelFolder(const QString& folder)
{
    m_folder = folder; // called by faults, which hold the lock
}

void FakeWorld::hideNewBlobs(int requests)
{
    const std::scoped_lock lock(m_mutex);
    m_hideFor = requests;
}

void FakeWorld::forgetBlob(const QByteArray& digest)
{
    for (Repository& repository : m_repositories) // called by faults, which hold the lock
        repository.blobs.remove(digest);
}

Answer FakeWorld::answerToken(const ReceivedRequest& request)
{
    const QByteArray basic = "Basic " + QByteArray(user).append(':').append(password).toBase64();
    if (const QByteArray given = request.header("Authorization"); !given.isNull() && given != basic)
        return Answer::whole(reply(401, R"({"details":"wrong"})"));
    const QByteArray token = "CANARY-token-" + QByteArray::number(m_tokens.size()) + '-' + QByteArray::number(m_seen) +
                             '-' + QByteArray::number(m_sessions++);
    m_tokens.insert(token);
    return Answer::whole(reply(200,
                               R"({"token":")" + token + '"' +
                                   (m_tokenMembers.isEmpty() ? QByteArray(R"(,"expires_in":300)") : m_tokenMembers) +
                                   '}',
                               {"Content-Type: application/json"}));
}

/// A whole entity, or the rest of it that a Range asks for.
Answer FakeWorld::file(const ReceivedRequest& request, const QByteArray& bytes, const QByteArrayList& fields)
{
    const QByteArray range = request.header("Range");
    if (range.isNull())
        return Answer::whole(reply(200, bytes, fields));
    const qsizetype from = range.mid(qsizetype(qstrlen("bytes="))).chopped(1).toLongLong();
    if (from >= bytes.size())
        return Answer::whole(reply(416));
    const QByteArray field = "Content-Range: bytes " + QByteArray::number(from) + '-' +
                             QByteArray::number(bytes.size() - 1) + '/' + QByteArray::number(bytes.size());
    return Answer::whole(reply(206, bytes.mid(from), fields + QByteArrayList{field}));
}

Answer FakeWorld::answerChannel(const ReceivedRequest& request)
{
    QFile source(m_folder + QString::fromUtf8(pathOf(request).mid(qsizetype(qstrlen("/chan")))));
    if (!source.open(QIODevice::ReadOnly))
        return Answer::whole(reply(404, "not here"));
    const QByteArray bytes = source.readAll();
    return file(request, bytes, {"ETag: \"" + digestOf(bytes).mid(7, 16) + '"'});
}

bool FakeWorld::isSignedIn(const ReceivedRequest& request) const
{
    return m_tokens.contains(request.header("Authorization").mid(qsizetype(qstrlen("Bearer "))));
}

Answer FakeWorld::answerRegistry(const ReceivedRequest& request)
{
    static const QRegularExpression grammar(
        QStringLiteral("^/v2/(?:([a-z0-9._/-]+)/(blobs/uploads/|blobs/|manifests/|tags/list)(.*))?$"));
    const auto match = grammar.match(QString::fromUtf8(pathOf(request)));
    if (!match.hasMatch())
        return refusal(404, "UNSUPPORTED");
    const QByteArray name = match.captured(1).toUtf8();
    if (!isSignedIn(request))
        return Answer::whole(reply(401, {},
                                   {"WWW-Authenticate: Bearer realm=\"" + tokens.address().toLatin1() +
                                    "/token\",service=\"fake\",scope=\"repository:" + name + ":pull,push\""}));
    if (name.isEmpty())
        return Answer::whole(reply(200, "{}"));
    const QByteArray rest = match.captured(3).toUtf8();
    if (match.captured(2) == QLatin1String("blobs/uploads/"))
        return answerUpload(request, name, rest);
    if (match.captured(2) == QLatin1String("tags/list"))
        return answerTags(request, name);
    if (match.captured(2) == QLatin1String("blobs/"))
        return answerBlob(request, m_repositories[name], rest);
    return answerManifest(request, m_repositories[name], rest);
}

Answer FakeWorld::answerBlob(const ReceivedRequest& request, Repository& repository, const QByteArray& digest)
{
    int& hidden = m_hidden[digest];
    if (!repository.blobs.contains(digest) || hidden > 0) {
        hidden = std::max(0, hidden - 1);
        return refusal(404, "BLOB_UNKNOWN");
    }
    const QByteArray bytes = repository.blobs[digest];
    if (request.method == "HEAD")
        return Answer::whole(headOnly(200, {"Content-Length: " + QByteArray::number(bytes.size())}));
    return file(request, bytes, {"Docker-Content-Digest: " + digest});
}

Answer FakeWorld::answerManifest(const ReceivedRequest& request, Repository& repository, const QByteArray& reference)
{
    if (request.method == "PUT") {
        bool isComplete = true;
        for (const QByteArray& digest : layersOf(request.body)) {
            isComplete = isComplete && repository.blobs.contains(digest) && m_hidden.value(digest) == 0;
            m_hidden[digest] = std::max(0, m_hidden.value(digest) - 1);
        }
        if (!isComplete)
            return refusal(400, "MANIFEST_BLOB_UNKNOWN");
        const auto stored = std::pair(request.header("Content-Type"), request.body);
        repository.manifests[reference] = repository.manifests[digestOf(request.body)] = stored;
        return Answer::whole(reply(201, {}, {"Docker-Content-Digest: " + digestOf(request.body)}));
    }
    const auto found = repository.manifests.constFind(reference);
    if (found == repository.manifests.cend())
        return refusal(404, "MANIFEST_UNKNOWN");
    const QByteArrayList fields{"Content-Type: " + found->first, "Docker-Content-Digest: " + digestOf(found->second)};
    if (request.method == "HEAD")
        return Answer::whole(
            headOnly(200, fields + QByteArrayList{"Content-Length: " + QByteArray::number(found->second.size())}));
    return Answer::whole(reply(200, found->second, fields));
}

Answer FakeWorld::answerUpload(const ReceivedRequest& request, const QByteArray& name, const QByteArray& rest)
{
    if (request.method == "POST") {
        const QByteArray wanted = parameter(request, "mount").toLatin1();
        const QByteArray from = parameter(request, "from").toUtf8();
        if (!wanted.isEmpty() && m_repositories.value(from).blobs.contains(wanted)) {
            m_repositories[name].blobs[wanted] = m_repositories[from].blobs[wanted];
            return Answer::whole(reply(201, {}, {"Location: /v2/" + name + "/blobs/" + wanted}));
        }
        const QByteArray session = "s" + QByteArray::number(++m_sessions);
        m_uploads.insert(session, {});
        return Answer::whole(
            reply(202, {}, {"Location: /v2/" + name + "/blobs/uploads/" + session + "?_state=a%2Fb%3D", "Range: 0-0"}));
    }
    if (!m_uploads.contains(rest))
        return refusal(404, "BLOB_UPLOAD_UNKNOWN");
    if (request.method == "DELETE") {
        m_uploads.remove(rest);
        ++m_abandoned;
        return Answer::whole(reply(204));
    }
    QByteArray& bytes = m_uploads[rest];
    bytes += request.body;
    const QByteArrayList where{"Location: /v2/" + name + "/blobs/uploads/" + rest + "?_state=a%2Fb%3D",
                               "Range: 0-" + QByteArray::number(std::max<qsizetype>(0, bytes.size() - 1))};
    if (request.method == "GET")
        return Answer::whole(reply(204, {}, where));
    if (request.method == "PATCH")
        return Answer::whole(reply(202, {}, where));
    const QByteArray digest = parameter(request, "digest").toLatin1();
    const QByteArray whole = m_uploads.take(rest);
    if (digestOf(whole) != digest)
        return refusal(400, "DIGEST_INVALID");
    if (!m_repositories[name].blobs.contains(digest))
        m_hidden[digest] = m_hideFor;
    m_repositories[name].blobs[digest] = whole;
    return Answer::whole(reply(201, {}, {"Location: /v2/" + name + "/blobs/" + digest}));
}

Answer FakeWorld::answerTags(const ReceivedRequest& request, const QByteArray& name)
{
    if (!m_repositories.contains(name))
        return refusal(404, "NAME_UNKNOWN");
    const QByteArray last = parameter(request, "last").toUtf8();
    QJsonArray tags;
    for (const QByteArray& tag : m_repositories[name].manifests.keys()) {
        if (!tag.startsWith("sha256:") && tag > last)
            tags.append(QString::fromUtf8(tag));
    }
    const QJsonObject json{{QStringLiteral("name"), QString::fromUtf8(name)}, {QStringLiteral("tags"), tags}};
    return Answer::whole(reply(200, QJsonDocument(json).toJson(), {"Content-Type: application/json"}));
}

QStringList FakeWorld::contents() const
{
    static const QRegularExpression timeTag(QStringLiteral("^\\d{4}(\\.\\d\\d){4}(\\.\\d\\d-\\w+)?$"));
    static const QRegularExpression address(
        QStringLiteral("\"dev.conda-oci-mirror.(channel|merged)\":\\s*\"[^\"]*\",?"));
    const std::scoped_lock lock(m_mutex);
    QStringList all;
    for (auto repository = m_repositories.cbegin(); repository != m_repositories.cend(); ++repository) {
        for (auto one = repository->manifests.cbegin(); one != repository->manifests.cend(); ++one) {
            const QString tag = QString::fromUtf8(one.key());
            if (tag.startsWith(QLatin1String("sha256:")) || timeTag.match(tag).hasMatch())
                continue;
            const QString manifest =
                QString::fromUtf8(one->second).remove(address); // which is at another port each time
            all.append(QString::fromUtf8(repository.key() + ':' + one.key() + ' ' + digestOf(manifest.toUtf8())));
        }
    }
    return all;
}

QStringList FakeWorld::problems() const
{
    const std::scoped_lock lock(m_mutex);
    QStringList found;
    for (auto repository = m_repositories.cbegin(); repository != m_repositories.cend(); ++repository) {
        for (const auto& [type, manifest] : repository->manifests) {
            for (const QByteArray& digest : layersOf(manifest)) {
                if (digestOf(repository->blobs.value(digest)) != digest)
                    found.append(QString::fromUtf8(repository.key() + " has not " + digest));
            }
        }
        if (!repository.key().endsWith("/repodata.json") || !repository->manifests.contains("latest"))
            continue;
        const QByteArray json = repository->blobs.value(layersOf(repository->manifests["latest"].second).value(1));
        const QJsonObject index = QJsonDocument::fromJson(json).object();
        const QByteArray base = repository.key().chopped(qsizetype(qstrlen("repodata.json")));
        for (const char* key : {"packages", "packages.conda"}) {
            for (const QJsonValue& record : index[QLatin1String(key)].toObject()) {
                QByteArray name = record[QLatin1String("name")].toString().toUtf8();
                name = (name.startsWith('_') ? "zzz" : "") + name;
                const QByteArray digest = "sha256:" + record[QLatin1String("sha256")].toString().toLatin1();
                if (!m_repositories.value(base + name).blobs.contains(digest))
                    found.append(QString::fromUtf8(base + name + " is listed and has not " + digest));
            }
        }
    }
    return found;
}

QByteArray FakeWorld::blob(const QByteArray& digest) const
{
    const std::scoped_lock lock(m_mutex);
    for (const Repository& repository : m_repositories) {
        if (repository.blobs.contains(digest))
            return repository.blobs[digest];
    }
    return {};
}

int FakeWorld::abandoned() const
{
    const std::scoped_lock lock(m_mutex);
    return m_abandoned;
}

int FakeWorld::openUploads() const
{
    const std::scoped_lock lock(m_mutex);
    return static_cast<int>(m_uploads.size());
}

QList<ReceivedRequest> FakeWorld::asked(Op op, const QByteArray& where) const
{
    QList<ReceivedRequest> found;
    for (const ScriptedServer* server : {&registry, &tokens, &channel}) {
        for (const ReceivedRequest& request : server->requests()) {
            if (opOf(request) == op && request.path.contains(where))
                found.append(request);
        }
    }
    return found;
}

QStringList FakeWorld::leaks() const
{
    const QByteArray secret = QByteArray(user).append(':').append(password).toBase64();
    QStringList found;
    const auto look = [&](const ScriptedServer& server, const char* where, bool mayHaveToken, bool mayHavePassword) {
        for (const ReceivedRequest& request : server.requests()) {
            for (const auto& [name, value] : request.headers) {
                const bool token = value.contains("CANARY-token") && !mayHaveToken;
                const bool secretTold =
                    (value.contains(secret) || value.contains("CANARY-password")) && !mayHavePassword;
                if (token || secretTold || (name.toLower() == "cookie") ||
                    (name.toLower() == "authorization" && !mayHaveToken && !mayHavePassword))
                    found.append(QStringLiteral("%1 was sent %2").arg(QLatin1String(where), QString::fromUtf8(name)));
            }
            if (request.path.contains("CANARY"))
                found.append(QStringLiteral("%1: a secret in the path").arg(QLatin1String(where)));
        }
    };
    look(registry, "the registry", true, false);
    look(tokens, "the token server", false, true);
    look(channel, "the channel", false, false);
    look(elsewhere, "the stranger", false, false);
    return found;
}

} // namespace condaoci::test
