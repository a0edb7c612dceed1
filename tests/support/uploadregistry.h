// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/base/digest.h"
#include "tests/support/ocitest.h"

#include <QUrlQuery>

namespace condaoci::test {

/// The upload half of a registry (distribution-spec, "Pushing blobs"), with faults to be set: one session at a time, in
/// the server's thread. What can be tried against a real registry is tried there.
struct UploadRegistry
{
    // How it behaves
    bool singlePost = false;
    int wholePut = 201;   ///< status of a PUT that brings the blob
    qint64 chunkMost = 0; ///< a larger PATCH gets `chunkRefusal`; 0: any
    int chunkRefusal = 416;
    qint64 chunkLeast = 0;    ///< OCI-Chunk-Min-Length
    int breakPatch = 0;       ///< the PATCH of this number, from 1, is cut off…
    qint64 keptOfBroken = -1; ///< …after so many of its bytes were kept; -1: all
    int breakWholePut = 0;    ///< the first whole PUTs, so many, are cut off after keptOfBroken
    qint64 claims = -1;       ///< end of the range that it says it has, whatever it has
    int closing416 = 0;       ///< the first closing PUTs, so many, get 416…
    qint64 keptOfAll = -1;    ///< …and so many bytes are left then; -1: all
    qint64 keptOfPiece = -1;  ///< bytes kept of each PATCH; -1: all
    int status = 204;         ///< of the question how far the upload has come
    bool saysRange = true;    ///< of a PATCH

    // What came of it
    QByteArray held;
    QByteArrayList stored;
    int sessions = 0;
    int patches = 0;
    int steps = 0;
    ScriptedServer server{[this](const ReceivedRequest& request) { return answer(request); }};

    [[nodiscard]] QByteArrayList methods() const
    {
        QByteArrayList methods;
        for (const auto& request : server.requests())
            methods.append(request.method);
        return methods;
    }

private:
    QByteArrayList place()
    {
        return {"Location: /session/" + QByteArray::number(sessions) + "?step=" + QByteArray::number(++steps) +
                "&x=a%2Fb"};
    }
    QByteArray range() const
    {
        return "Range: 0-" + QByteArray::number(claims >= 0 ? claims : std::max<qint64>(held.size() - 1, 0));
    }
    Answer finish(const QByteArray& content, const QByteArray& digest)
    {
        if (Digest::ofBytes(content).toByteArray() != digest)
            return Answer::whole(reply(400, "{\"errors\":[{\"code\":\"DIGEST_INVALID\"}]}"));
        stored.append(content);
        return Answer::whole(reply(201));
    }
    Answer answer(const ReceivedRequest& request)
    {
        const QUrl url = QUrl::fromEncoded(request.path);
        const QByteArray digest = QUrlQuery(url).queryItemValue(QStringLiteral("digest")).toLatin1();
        if (request.method == "POST") {
            if (singlePost && !digest.isEmpty())
                return finish(request.body, digest);
            ++sessions;
            held.clear();
            QByteArrayList fields = place();
            if (chunkLeast > 0)
                fields.append("OCI-Chunk-Min-Length: " + QByteArray::number(chunkLeast));
            return Answer::whole(reply(202, {}, fields));
        }
        // Each step has a place of its own: an old one is gone.
        const bool isNewest = request.path.contains("/session/" + QByteArray::number(sessions) + '?') &&
                              request.path.contains("step=" + QByteArray::number(steps) + '&') &&
                              request.path.contains("x=a%2Fb");
        if (!isNewest)
            return Answer::whole(reply(404, "{\"errors\":[{\"code\":\"BLOB_UPLOAD_UNKNOWN\"}]}"));
        if (request.method == "PATCH")
            return patch(request);
        if (request.method == "PUT")
            return put(request, digest);
        if (request.method == "GET")
            return Answer::whole(status == 204 ? headOnly(204, place() + QByteArrayList{range()}) : reply(status));
        return Answer::whole(headOnly(204));
    }
    Answer patch(const ReceivedRequest& request)
    {
        ++patches;
        const QByteArray wanted =
            QByteArray::number(held.size()) + '-' + QByteArray::number(held.size() + request.body.size() - 1);
        if (request.header("Content-Range") != wanted)
            return Answer::whole(reply(416));
        if (chunkMost > 0 && request.body.size() > chunkMost)
            return Answer::whole(reply(chunkRefusal));
        if (patches == breakPatch) {
            held += keptOfBroken < 0 ? request.body : request.body.left(keptOfBroken);
            return Answer::thenClose({});
        }
        held += keptOfPiece < 0 ? request.body : request.body.left(keptOfPiece);
        return Answer::whole(reply(202, {}, place() + (saysRange ? QByteArrayList{range()} : QByteArrayList())));
    }
    Answer put(const ReceivedRequest& request, const QByteArray& digest)
    {
        if (!request.body.isEmpty()) {
            if (breakWholePut-- > 0) {
                held = request.body.left(keptOfBroken);
                return Answer::thenClose({});
            }
            return wholePut == 201 ? finish(held + request.body, digest) : Answer::whole(reply(wholePut));
        }
        if (closing416-- > 0) {
            held.truncate(keptOfAll < 0 ? held.size() : keptOfAll);
            return Answer::whole(reply(416));
        }
        return finish(held, digest);
    }
};

} // namespace condaoci::test
