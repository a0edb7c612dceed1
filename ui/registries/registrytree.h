// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/mirror/places/location.h"
#include "ui/workspace.h"

#include <QAbstractItemModel>

namespace condaoci::ui {

/// What stands in the registries: registry → channel → platform → package → build, each asked for when it is opened,
/// never all at once. The second column says how a branch stands: who is signed in, how much is in it, what went wrong.
class RegistryTree final : public QAbstractItemModel
{
    Q_OBJECT

public:
    enum class Level { Registry, Channel, Subdir, Package, Build };

    /// What a row stands for; what is below its level is empty.
    struct Place
    {
        Level level = Level::Registry;
        QString registry; ///< as in Workspace::Registry
        QString channel;
        QString subdir;
        QString name;
        QString build; ///< VERSION-BUILD
    };

    explicit RegistryTree(Workspace& workspace, QObject* parent = nullptr);
    ~RegistryTree() override;

    [[nodiscard]] Place placeOf(const QModelIndex& index) const;
    void reload(const QModelIndex& index); ///< forgets what is below it and asks again when it is opened
    [[nodiscard]] QModelIndex indexOf(const QString& registry) const;
    [[nodiscard]] QString problemOf(const QModelIndex& index) const; ///< why it could not be listed; may be empty
    /// Whether there are credentials for a registry; true as long as that is not known.
    [[nodiscard]] bool hasCredentials(const QModelIndex& index) const;

    [[nodiscard]] QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    [[nodiscard]] QModelIndex parent(const QModelIndex& index) const override;
    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] bool hasChildren(const QModelIndex& parent = {}) const override;
    [[nodiscard]] bool canFetchMore(const QModelIndex& parent) const override;
    void fetchMore(const QModelIndex& parent) override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Node;
    /// What was found below a place, and what to say beside it.
    struct Found
    {
        QStringList names;
        QString state;
        bool isProblem = false;
        bool hasCredentials = false;
    };
    [[nodiscard]] Node* nodeOf(const QModelIndex& index) const;
    [[nodiscard]] QModelIndex indexOf(Node* node, int column = 0) const;
    /// Takes in what was added to or removed from the workspace's list; what is open stays so.
    void listRegistries();
    void removeChildren(Node& node, int first, int count);
    void insertChildren(Node& node, int first, const QStringList& names);
    void take(const std::shared_ptr<Node>& node, const Found& found);
    [[nodiscard]] static Found find(const Place& place, const QStringList& knownChannels,
                                    const oci::Authenticator::Lookup& credentials, const http::Network& network);

    Workspace& m_workspace;
    std::shared_ptr<Node> m_root;
};

} // namespace condaoci::ui
