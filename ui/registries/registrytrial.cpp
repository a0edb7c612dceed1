// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "ui/registries/registrytrial.h"

#include "core/oci/remoteregistry.h"

#include <QCoreApplication>
#include <QFileInfo>

namespace condaoci::ui {

namespace {

struct Texts
{
    Q_DECLARE_TR_FUNCTIONS(RegistryTrial)
};

QString whyNot(const Error& error)
{
    switch (error.kind) {
    case ErrorKind::Auth:
        return Texts::tr("The user name or the password is wrong: %1").arg(error.message);
    case ErrorKind::Tls:
        return Texts::tr("The certificate is not trusted: %1").arg(error.message);
    default:
        return Texts::tr("The registry was not reached: %1").arg(error.message);
    }
}

RegistryTrial tryLayout(const oci::Endpoint& endpoint)
{
    RegistryTrial trial{{}, true, true, {}};
    const QFileInfo folder(endpoint.directory);
    trial.mayPush = !folder.exists() || folder.isWritable();
    trial.words = !folder.exists() ? Texts::tr("%1 is a folder that does not exist yet.").arg(endpoint.toString())
                  : trial.mayPush  ? Texts::tr("%1 is a folder; you may read and write there.").arg(endpoint.toString())
                                   : Texts::tr("%1 is a folder; you may not write there.").arg(endpoint.toString());
    return trial;
}

} // namespace

RegistryTrial tryRegistry(const oci::Endpoint& endpoint, const std::optional<oci::FoundCredentials>& credentials,
                          const http::Network& network)
{
    if (endpoint.kind == oci::Endpoint::Kind::Layout)
        return tryLayout(endpoint);
    const QString name = endpoint.toString();
    RegistryTrial trial;
    const auto lookup = credentials ? oci::boundTo(endpoint, credentials->credentials) : oci::Authenticator::Lookup();
    oci::RemoteRegistry registry(endpoint, std::make_shared<oci::Authenticator>(lookup), network, {});
    const auto support = registry.probe();
    if (!support) {
        trial.error = support.error();
        trial.words = whyNot(support.error());
        return trial;
    }
    trial.asksNobody = !support->challenged;
    if (support->challenged && !support->signedIn) {
        trial.words = Texts::tr("%1 asks to sign in.").arg(name);
        return trial;
    }
    const auto mayPush = registry.mayPush(endpoint.repository(QStringLiteral("conda-oci-test")));
    trial.mayPush = mayPush && *mayPush;
    const QString who =
        trial.asksNobody ? Texts::tr("%1 asks nobody to sign in").arg(name) : Texts::tr("Signed in to %1").arg(name);
    trial.words = !mayPush ? Texts::tr("%1; whether you may push is not known: %2").arg(who, mayPush.error().message)
                  : trial.mayPush ? Texts::tr("%1; you may pull and push.").arg(who)
                                  : Texts::tr("%1, but you may not push there.").arg(who);
    return trial;
}

} // namespace condaoci::ui
