// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "ui/registries/registrytree.h"

#include "core/base/text.h"
#include "core/conda/version.h"
#include "core/http/message.h"
#include "core/mirror/layout/naming.h"
#include "core/mirror/layout/registryindex.h"
#include "core/mirror/packagerepo.h"
#include "core/oci/remoteregistry.h"
#include "ui/registries/askregistry.h"
#include "ui/widgets/icons.h"
#include "ui/widgets/texts.h"

#include <QLocale>

#include <set>

namespace condaoci::ui {

using Level = RegistryTree::Level;

struct RegistryTree::Node
{
    QString name;
    Node* parent = nullptr;
    int row = 0;
    Level level = Level::Registry;
    enum class Asked { No, Asking, Yes } asked = Asked::No;
    quint64 question = 0; ///< the newest; answers to older ones are dropped
    QString state;
    bool isProblem = false;
    bool hasCredentials = true; ///< as far as is known
    std::vector<std::shared_ptr<Node>> children;
};

namespace {

/// CHANNEL/SUBDIR/NAME, the channel with slashes or without.
QString channelOf(const QString& repository)
{
    const QStringList parts = repository.split(QLatin1Char('/'));
    return parts.size() >= 3 && conda::isSubdir(parts[parts.size() - 2])
               ? parts.mid(0, parts.size() - 2).join(QLatin1Char('/'))
               : QString();
}

QString signInState(const oci::Endpoint& endpoint, const oci::Authenticator::Lookup& credentials,
                    const http::Network& network, bool* isProblem)
{
    if (endpoint.kind == oci::Endpoint::Kind::Layout)
        return RegistryTree::tr("a folder on this computer");
    oci::RemoteRegistry registry(endpoint, std::make_shared<oci::Authenticator>(credentials), network, {});
    auto support = registry.probe();
    *isProblem = !support;
    if (!support && support.error().kind == ErrorKind::Auth)
        return RegistryTree::tr("refused: %1").arg(support.error().message);
    if (!support)
        return support.error().message;
    const auto user = credentials ? credentials(http::originOf(endpoint.origin)) : std::nullopt;
    if (support->signedIn && user)
        return RegistryTree::tr("signed in as %1").arg(oneLine(user->user, 100));
    *isProblem = support->challenged;
    return support->challenged ? RegistryTree::tr("asks to sign in") : RegistryTree::tr("anonymous");
}

/// What protects the way there, where that is less than it might be.
QString withSafety(const QString& state, const oci::Endpoint& endpoint, const http::Network& network)
{
    if (endpoint.kind == oci::Endpoint::Kind::Layout)
        return state;
    if (endpoint.origin.scheme() == QLatin1String("http"))
        return RegistryTree::tr("%1, not encrypted").arg(state);
    return http::acceptedAt(network.tls, endpoint.origin).isEmpty()
               ? state
               : RegistryTree::tr("%1, by a certificate that you accepted").arg(state);
}

void sortNewestFirst(QStringList& builds)
{
    const auto version = [](const QString& build) {
        auto parsed = conda::Version::parse(build.section(QLatin1Char('-'), 0, 0).toStdString());
        return parsed ? *parsed : conda::Version();
    };
    std::vector<std::pair<conda::Version, QString>> keyed;
    for (const QString& build : std::as_const(builds))
        keyed.emplace_back(version(build), build);
    std::sort(keyed.begin(), keyed.end(), [](const auto& a, const auto& b) {
        const auto order = a.first <=> b.first;
        return order != 0 ? order > 0 : a.second < b.second;
    });
    builds.clear();
    for (const auto& [parsed, build] : keyed)
        builds.append(build);
}

} // namespace

RegistryTree::RegistryTree(Workspace& workspace, QObject* parent)
    : QAbstractItemModel(parent)
    , m_workspace(workspace)
    , m_root(std::make_shared<Node>())
{
    listRegistries();
    connect(&workspace, &Workspace::registriesChanged, this, &RegistryTree::listRegistries);
    connect(&workspace, &Workspace::signInChanged, this, [this](const QString& registry) {
        for (const auto& node : m_root->children) {
            if (node->name == registry || registry.startsWith(node->name) || node->name.startsWith(registry))
                reload(indexOf(node.get()));
        }
    });
}

RegistryTree::~RegistryTree() = default;

void RegistryTree::listRegistries()
{
    const auto& registries = m_workspace.registries();
    auto& nodes = m_root->children;
    for (int row = static_cast<int>(nodes.size()) - 1; row >= 0; --row) {
        const QString& name = nodes[static_cast<size_t>(row)]->name;
        if (std::none_of(registries.begin(), registries.end(), [&](const auto& one) { return one.text == name; }))
            removeChildren(*m_root, row, 1);
    }
    for (const auto& registry : registries) {
        const QModelIndex index = indexOf(registry.text);
        if (!index.isValid()) {
            insertChildren(*m_root, static_cast<int>(nodes.size()), {registry.text});
            continue;
        }
        Node* node = nodeOf(index);
        for (const QString& channel : registry.channels) {
            const auto place = std::find_if(node->children.begin(), node->children.end(),
                                            [&](const auto& child) { return child->name >= channel; });
            if (node->asked == Node::Asked::Yes && (place == node->children.end() || (*place)->name != channel))
                insertChildren(*node, static_cast<int>(place - node->children.begin()), {channel});
        }
    }
}

void RegistryTree::removeChildren(Node& node, int first, int count)
{
    beginRemoveRows(indexOf(&node), first, first + count - 1);
    const auto begin = node.children.begin() + first;
    node.children.erase(begin, begin + count);
    for (size_t row = static_cast<size_t>(first); row < node.children.size(); ++row)
        node.children[row]->row = static_cast<int>(row);
    endRemoveRows();
}

void RegistryTree::insertChildren(Node& node, int first, const QStringList& names)
{
    beginInsertRows(indexOf(&node), first, first + static_cast<int>(names.size()) - 1);
    std::vector<std::shared_ptr<Node>> children;
    for (const QString& name : names) {
        auto child = std::make_shared<Node>();
        child->name = name;
        child->parent = &node;
        child->level = &node == m_root.get() ? Level::Registry : static_cast<Level>(static_cast<int>(node.level) + 1);
        children.push_back(std::move(child));
    }
    node.children.insert(node.children.begin() + first, children.begin(), children.end());
    for (size_t row = static_cast<size_t>(first); row < node.children.size(); ++row)
        node.children[row]->row = static_cast<int>(row);
    endInsertRows();
}

QModelIndex RegistryTree::indexOf(const QString& registry) const
{
    const auto found = std::find_if(m_root->children.begin(), m_root->children.end(),
                                    [&](const auto& node) { return node->name == registry; });
    return found == m_root->children.end() ? QModelIndex() : indexOf(found->get());
}

QString RegistryTree::problemOf(const QModelIndex& index) const
{
    return index.isValid() && nodeOf(index)->isProblem ? nodeOf(index)->state : QString();
}

bool RegistryTree::hasCredentials(const QModelIndex& index) const
{
    return index.isValid() && nodeOf(index)->hasCredentials;
}

RegistryTree::Place RegistryTree::placeOf(const QModelIndex& index) const
{
    Place place;
    const Node* node = nodeOf(index);
    place.level = node->level;
    for (; node && node != m_root.get(); node = node->parent) {
        QString* part = node->level == Level::Registry  ? &place.registry
                        : node->level == Level::Channel ? &place.channel
                        : node->level == Level::Subdir  ? &place.subdir
                        : node->level == Level::Package ? &place.name
                                                        : &place.build;
        *part = node->name;
    }
    return place;
}

RegistryTree::Found RegistryTree::find(const Place& place, const QStringList& knownChannels,
                                       const oci::Authenticator::Lookup& credentials, const http::Network& network)
{
    const auto endpoint = oci::parseEndpoint(place.registry);
    if (!endpoint)
        return {{}, endpoint.error().message, true};
    const mirror::RegistryChannel channel{*endpoint, place.channel};
    Found found;
    const auto problem = [](const Error& error) { return Found{{}, error.message, true}; };
    switch (place.level) {
    case Level::Registry: {
        found.state = withSafety(signInState(*endpoint, credentials, network, &found.isProblem), *endpoint, network);
        found.hasCredentials = credentials && credentials(http::originOf(endpoint->origin));
        std::set<QString> names(knownChannels.begin(), knownChannels.end());
        const QString prefix = endpoint->prefix.isEmpty() ? QString() : endpoint->prefix + QLatin1Char('/');
        // Not every registry lists what it has; then there are the channels that one knows of.
        auto all = mirror::openRegistry(*endpoint, credentials, network)->repositories(prefix);
        if (all && *all) {
            for (const QString& repository : std::as_const(**all)) {
                if (const QString name = channelOf(repository.mid(prefix.size())); !name.isEmpty())
                    names.insert(name);
            }
        }
        found.names = QStringList(names.begin(), names.end());
        break;
    }
    case Level::Channel: {
        const auto registry = mirror::openRegistry(*endpoint, credentials, network);
        QStringList subdirs = conda::defaultSubdirs();
        const QString below = endpoint->repository(place.channel) + QLatin1Char('/');
        if (const auto all = registry->repositories(below); all && *all) {
            for (const QString& repository : std::as_const(**all)) {
                const QString subdir = repository.mid(below.size()).section(QLatin1Char('/'), 0, 0);
                if (conda::isSubdir(subdir) && !subdirs.contains(subdir))
                    subdirs.append(subdir);
            }
        }
        for (const QString& subdir : std::as_const(subdirs)) {
            auto index = mirror::findIndex(*registry, channel, subdir, QLatin1String(mirror::naming::indexName));
            if (!index)
                return problem(index.error());
            if (*index)
                found.names.append(subdir);
        }
        found.state = tr("%n platform(s)", nullptr, static_cast<int>(found.names.size()));
        break;
    }
    case Level::Subdir: {
        auto index = mirror::PackageRepo(channel, place.subdir, credentials, network).index();
        if (!index)
            return problem(index.error());
        std::set<std::string_view> names;
        if (*index) {
            for (const auto& record : (*index)->records())
                names.insert(record.name);
        }
        for (const std::string_view name : names)
            found.names.append(text(name));
        found.state = tr("%n package(s)", nullptr, static_cast<int>(found.names.size()));
        break;
    }
    case Level::Package: {
        auto builds = mirror::PackageRepo(channel, place.subdir, credentials, network).builds(place.name);
        if (!builds)
            return problem(builds.error());
        sortNewestFirst(*builds);
        found.names = *builds;
        found.state = tr("%n build(s)", nullptr, static_cast<int>(found.names.size()));
        break;
    }
    case Level::Build:
        break;
    }
    return found;
}

void RegistryTree::fetchMore(const QModelIndex& parent)
{
    Node* raw = nodeOf(parent);
    if (!canFetchMore(parent))
        return;
    const auto node = raw->parent->children[static_cast<size_t>(raw->row)];
    node->asked = Node::Asked::Asking;
    const quint64 question = ++node->question;
    node->state = tr("asking…");
    node->isProblem = false;
    Q_EMIT dataChanged(indexOf(raw, 0), indexOf(raw, 1));
    const Place place = placeOf(parent);
    QStringList known;
    for (const auto& registry : m_workspace.registries()) {
        if (registry.text == place.registry)
            known = registry.channels;
    }
    const auto endpoint = oci::parseEndpoint(place.registry);
    if (!endpoint)
        return take(node, {{}, endpoint.error().message, true});
    askRegistry(
        m_workspace.credentials(), this, *endpoint,
        [place, known, network = m_workspace.network()](const oci::Authenticator::Lookup& credentials,
                                                        const std::stop_token&) {
            return find(place, known, credentials, network());
        },
        [this, question, weak = std::weak_ptr(node)](const Found& found) {
            if (const auto alive = weak.lock(); alive && alive->question == question)
                take(alive, found);
        });
}

void RegistryTree::take(const std::shared_ptr<Node>& node, const Found& found)
{
    node->asked = Node::Asked::Yes;
    node->state = oneLine(found.state, 300);
    node->isProblem = found.isProblem;
    node->hasCredentials = found.hasCredentials;
    Q_EMIT dataChanged(indexOf(node.get(), 0), indexOf(node.get(), 1));
    if (!found.names.isEmpty())
        insertChildren(*node, 0, found.names);
    if (node->level == Level::Registry)
        listRegistries(); // channels that came to be known meanwhile
}

void RegistryTree::reload(const QModelIndex& index)
{
    Node* node = nodeOf(index);
    if (node == m_root.get() || node->level == Level::Build)
        return;
    if (!node->children.empty())
        removeChildren(*node, 0, static_cast<int>(node->children.size()));
    node->asked = Node::Asked::No;
    node->state.clear();
    fetchMore(index.siblingAtColumn(0));
}

RegistryTree::Node* RegistryTree::nodeOf(const QModelIndex& index) const
{
    return index.isValid() ? static_cast<Node*>(index.internalPointer()) : m_root.get();
}

QModelIndex RegistryTree::indexOf(Node* node, int column) const
{
    return node == m_root.get() ? QModelIndex() : createIndex(node->row, column, node);
}

QModelIndex RegistryTree::index(int row, int column, const QModelIndex& parent) const
{
    if (!hasIndex(row, column, parent))
        return {};
    return createIndex(row, column, nodeOf(parent)->children[static_cast<size_t>(row)].get());
}

QModelIndex RegistryTree::parent(const QModelIndex& index) const
{
    return index.isValid() ? indexOf(nodeOf(index)->parent) : QModelIndex();
}

int RegistryTree::rowCount(const QModelIndex& parent) const
{
    return parent.column() > 0 ? 0 : static_cast<int>(nodeOf(parent)->children.size());
}

int RegistryTree::columnCount(const QModelIndex&) const
{
    return 2;
}

bool RegistryTree::hasChildren(const QModelIndex& parent) const
{
    if (parent.column() > 0)
        return false;
    const Node* node = nodeOf(parent);
    if (node == m_root.get())
        return !node->children.empty();
    return node->level != Level::Build && (node->asked != Node::Asked::Yes || !node->children.empty());
}

bool RegistryTree::canFetchMore(const QModelIndex& parent) const
{
    if (!parent.isValid() || parent.column() > 0)
        return false;
    const Node* node = nodeOf(parent);
    return node->level != Level::Build && node->asked == Node::Asked::No;
}

QVariant RegistryTree::data(const QModelIndex& index, int role) const
{
    if (!index.isValid())
        return {};
    const Node* node = nodeOf(index);
    const QString text = index.column() == 0 ? oneLine(node->name, 300) : node->state;
    switch (role) {
    case Qt::DisplayRole:
        return text;
    case Qt::ToolTipRole:
        return plainToolTip(text);
    case Qt::DecorationRole:
        if (index.column() == 1)
            return node->isProblem ? QVariant(icon("dialog-warning")) : QVariant();
        return node->level == Level::Registry                                  ? icon("network-server")
               : node->level == Level::Channel || node->level == Level::Subdir ? icon("folder")
                                                                               : icon("package-x-generic");
    default:
        return {};
    }
}

QVariant RegistryTree::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (role != Qt::DisplayRole || orientation != Qt::Horizontal)
        return {};
    return section == 0 ? tr("Registry") : tr("State");
}

} // namespace condaoci::ui
