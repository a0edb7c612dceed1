// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/http/httpclient.h"
#include "core/mirror/request/copyrequest.h"
#include "ui/credentials.h"
#include "ui/state.h"

#include <QDateTime>

#include <functional>
#include <optional>

namespace condaoci::ui {

class Transfers;

/// What a person works with, and what the four views share: the places that they added, the transfers, what is
/// remembered, and passwords. Kept in one folder, across restarts. Lives on the UI thread.
class Workspace : public QObject
{
    Q_OBJECT

public:
    struct Channel
    {
        QString text;          ///< name, URL or directory, as parseChannel takes it
        QStringList subdirs;   ///< shown of it; empty: what the page chooses
        QString registry;      ///< the State column compares with this one; empty: none
        QDateTime readAt = {}; ///< its index, last; null: never
    };
    struct Registry
    {
        QString text;         ///< as parseEndpoint takes it: "ghcr.io/myorg", "oci-layout:DIR"
        QStringList channels; ///< names of channels known to be mirrored there
    };

    /// \param folder  where state, transfers and selections are kept; made when something is to be written
    Workspace(const QString& folder, Credentials credentials, QObject* parent = nullptr);
    ~Workspace() override;

    [[nodiscard]] static QString stateFile(const QString& folder) { return folder + QStringLiteral("/state.json"); }
    [[nodiscard]] const QString& folder() const { return m_folder; }
    [[nodiscard]] const Credentials& credentials() const { return m_credentials; }
    [[nodiscard]] State& state() { return m_state; }
    [[nodiscard]] Transfers& transfers() { return *m_transfers; }

    [[nodiscard]] const QList<Channel>& channels() const { return m_channels; }
    [[nodiscard]] const QList<Registry>& registries() const { return m_registries; }
    [[nodiscard]] const QStringList& caches() const { return m_caches; } ///< absolute directories

    [[nodiscard]] std::optional<Channel> channel(const QString& text) const;
    void putChannel(const Channel& channel); ///< adds it, or replaces the one with the same text
    void removeChannel(const QString& text);
    void putRegistry(const Registry& registry); ///< adds it, or adds its channels to the one with the same text
    void removeRegistry(const QString& text);
    /// Makes what holds for every connection of the window: whom to trust, and a pace of its own. It reads files, so it
    /// is for another thread to call.
    [[nodiscard]] std::function<http::Network()> network() const;
    /// A copy to begin with: the places and paces that a person prefers.
    [[nodiscard]] mirror::CopyRequest newRequest(mirror::CopyRequest::Verb verb) const;
    /// The same, with what was put into the dialog the last time that something was copied in this way.
    [[nodiscard]] mirror::CopyRequest lastRequest(mirror::CopyRequest::Verb verb) const;
    void rememberRequest(const mirror::CopyRequest& request);
    void rememberOpened(const QString& channel); ///< it is the one that is looked at
    /// The request with the files and accepted certificates that hold for its hosts.
    [[nodiscard]] mirror::CopyRequest withNetwork(mirror::CopyRequest request) const;
    /// From now on this certificate is good enough for that registry's host and port. \param sha256  hexadecimal
    void acceptCertificate(const oci::Endpoint& registry, const QByteArray& sha256);
    void addCache(const QString& directory);
    void removeCache(const QString& directory);

    /// Where lists of chosen packages are, which go with the transfers that name them.
    [[nodiscard]] static QString selectionsFolder(const QString& folder)
    {
        return folder + QStringLiteral("/selections");
    }
    /// Where those are that a copied command line names, which stay.
    [[nodiscard]] static QString listsFolder(const QString& folder) { return folder + QStringLiteral("/lists"); }
    /// Writes the files as an explicit list, which a CopyRequest can name in lockFiles; its path. For the background.
    /// \param folder  one of these two. Error kind Disk
    [[nodiscard]] static Result<QString> saveSelection(const QString& folder, const QString& channelName,
                                                       const std::vector<mirror::SelectedFile>& files);
    [[nodiscard]] bool isSelection(const QString& path) const; ///< is it one that goes?
    /// Makes it one that stays; its path then, or the same where it is none of ours or can't be moved.
    [[nodiscard]] QString keepSelection(const QString& path) const;

Q_SIGNALS:
    void channelsChanged();
    void registriesChanged();
    void cachesChanged();
    void signInChanged(const QString& registry); ///< credentials were saved or removed

private:
    void load();
    void keep();

    QString m_folder;
    Credentials m_credentials;
    State m_state;
    QList<Channel> m_channels;
    QList<Registry> m_registries;
    QStringList m_caches;
    QStringList m_certificates; ///< that were accepted: "HOST:PORT=SHA256"
    std::unique_ptr<Transfers> m_transfers;
};

} // namespace condaoci::ui
