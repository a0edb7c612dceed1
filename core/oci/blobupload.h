// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/http/httpclient.h"
#include "core/oci/hostprofile.h"
#include "core/oci/manifest.h"

#include <functional>
#include <stop_token>

namespace condaoci::oci {

/// The way to the repository that a blob is uploaded to.
struct UploadRoute
{
    QUrl registry; ///< scheme, host and port
    QUrl uploads;  ///< "…/v2/NAME/blobs/uploads/"
    QString shown; ///< the registry's name for people
    HostMemory& host;
    std::function<Result<http::Response>(const http::Request&)> send;
    std::stop_token stop;
    http::Timeouts timeouts = {}; ///< back-off between the pieces of an upload that breaks
};

/// Where an upload goes on, as the registry's answer says (distribution-spec, "Pushing blobs"): relative, absolute or
/// on another host, but never from https to http. Error kind Protocol.
[[nodiscard]] Result<QUrl> uploadLocation(const UploadRoute& route, const http::Request& request,
                                          const http::Response& response);

/// How one attempt at an upload ended, if it failed.
struct UploadFailure
{
    Error error;
    bool again = false;                 ///< another attempt may succeed, from the start
    bool learned = false;               ///< and now the registry is known better, so that it need not wait
    QUrl session;                       ///< to be given up; empty: there is none any more
    std::chrono::milliseconds asked{0}; ///< that the registry wants to be left alone
};

/// Sends one blob: in one POST or as one PUT where the registry takes that, in pieces (PATCH) where it does not or
/// where a large transfer broke and the registry kept its beginning. Nullopt is success.
[[nodiscard]] std::optional<UploadFailure> uploadBlob(const UploadRoute& route, const Descriptor& blob,
                                                      const http::Body& body,
                                                      const std::function<void(qint64)>& progress);

} // namespace condaoci::oci
