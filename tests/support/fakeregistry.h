// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "tests/support/scriptedserver.h"

#include <QHash>
#include <QMap>
#include <QSet>
#include <QStringList>

namespace condaoci::test {

/// What a request is for: the columns of the table of faults.
enum class Op { Token, Manifest, List, Head, Blob, Channel, UploadStart, UploadPut, ManifestPut, Other };
[[nodiscard]] Op opOf(const ReceivedRequest& request);

/// What goes wrong with which requests.
struct Fault
{
    static constexpr int forever = 1'000'000;

    Op op = Op::Other;
    QByteArray where; ///< part of the path
    int times = 1;
    int after = 0; ///< so many of these requests pass unharmed first
    /// The answer instead. Calling `honest` carries the request out; not calling it leaves things as they are.
    std::function<Answer(const ReceivedRequest& request, const std::function<Answer()>& honest)> answer = {};
};

/// A channel (a folder), a registry that keeps everything in memory and wants Bearer tokens, and the server that gives
/// these, each on a port of its own, and a fourth server that nobody has any business with unless sent there. All of
/// them are honest but for the one fault. Everything asked is kept.
class FakeWorld
{
public:
    /// The one account there is.
    static constexpr char user[] = "me";
    static constexpr char password[] = "CANARY-password";

    explicit FakeWorld(QString channelFolder);

    void setFault(const Fault& fault);
    void clearFault() { setFault({}); }
    [[nodiscard]] int hits() const; ///< of the present fault
    /// Every token given so far is worthless from now on.
    void revokeTokens();
    void setTokenReply(const QByteArray& moreMembers); ///< for example `,"expires_in":0`; empty: 300 seconds
    void setChannelFolder(const QString& folder);
    /// Blobs put from now on are not visible before that many requests have asked for them.
    void hideNewBlobs(int requests);
    void forgetBlob(const QByteArray& digest);

    [[nodiscard]] QStringList
    contents() const; ///< "REPOSITORY:TAG DIGEST", sorted, without the indexes' time tags and channels
    [[nodiscard]] QStringList problems() const; ///< what a reader would stumble over
    [[nodiscard]] QByteArray blob(const QByteArray& digest) const;
    [[nodiscard]] int abandoned() const; ///< uploads that were cancelled with DELETE
    [[nodiscard]] int openUploads() const;
    [[nodiscard]] QList<ReceivedRequest> asked(Op op, const QByteArray& where = {}) const;
    /// Requests that carry what they must not, in words: a password at a registry, a token anywhere else.
    [[nodiscard]] QStringList leaks() const;

    ScriptedServer registry, tokens, channel, elsewhere;

private:
    struct Repository
    {
        QMap<QByteArray, QByteArray> blobs;                            ///< by digest
        QMap<QByteArray, std::pair<QByteArray, QByteArray>> manifests; ///< by tag or digest: type, bytes
    };
    using Honest = Answer (FakeWorld::*)(const ReceivedRequest&);

    ScriptedServer::Handler guarded(Honest honest);
    [[nodiscard]] bool isSignedIn(const ReceivedRequest& request) const;
    Answer answerToken(const ReceivedRequest& request);
    Answer answerChannel(const ReceivedRequest& request);
    Answer answerRegistry(const ReceivedRequest& request);
    Answer answerBlob(const ReceivedRequest& request, Repository& repository, const QByteArray& digest);
    Answer answerManifest(const ReceivedRequest& request, Repository& repository, const QByteArray& reference);
    Answer answerUpload(const ReceivedRequest& request, const QByteArray& name, const QByteArray& rest);
    Answer answerTags(const ReceivedRequest& request, const QByteArray& name);
    [[nodiscard]] static Answer file(const ReceivedRequest& request, const QByteArray& bytes,
                                     const QByteArrayList& fields);

    mutable std::mutex m_mutex;
    QString m_folder;
    QMap<QByteArray, Repository> m_repositories;
    QHash<QByteArray, QByteArray> m_uploads; ///< session → bytes so far
    QHash<QByteArray, int> m_hidden; ///< repository and digest → requests still to be told that it is not there
    QSet<QByteArray> m_tokens;
    QByteArray m_tokenMembers;
    Fault m_fault;
    int m_seen = 0;
    int m_hits = 0;
    int m_sessions = 0;
    int m_abandoned = 0;
    int m_hideFor = 0;
};

} // namespace condaoci::test
