// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "ui/registries/registriespage.h"

#include "core/base/text.h"
#include "core/http/filesink.h"
#include "core/mirror/layout/naming.h"
#include "core/mirror/layout/registryindex.h"
#include "core/mirror/packagerepo.h"
#include "ui/registries/askregistry.h"
#include "ui/registries/inspector.h"
#include "ui/registries/registrytrial.h"
#include "ui/widgets/icons.h"
#include "ui/widgets/tables.h"
#include "ui/widgets/texts.h"

#include <QClipboard>
#include <QFileDialog>
#include <QGuiApplication>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QToolBar>
#include <QTreeView>
#include <QVBoxLayout>

namespace condaoci::ui {

using Level = RegistryTree::Level;

RegistriesPage::RegistriesPage(Workspace& workspace, QWidget* parent)
    : Page(workspace, parent)
    , m_model(new RegistryTree(workspace, this))
    , m_tree(new QTreeView)
    , m_inspector(new Inspector(workspace))
    , m_stack(new QStackedWidget)
    , m_message(new QLabel)
{
    setObjectName(QStringLiteral("registriesPage"));
    buildActions();
    m_tree->setObjectName(QStringLiteral("registryTree"));
    m_tree->setAccessibleName(tr("Registries"));
    m_tree->setModel(m_model);
    m_tree->setItemDelegate(new TextDelegate(m_tree));
    m_tree->setUniformRowHeights(true);
    m_tree->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_tree->setTextElideMode(Qt::ElideMiddle);
    m_tree->header()->setStretchLastSection(true);
    m_tree->setColumnWidth(0, 300);
    m_tree->setContextMenuPolicy(Qt::ActionsContextMenu);
    m_tree->addActions({m_pull, m_save, m_copy, m_signIn, m_signOut, m_test, m_remove});
    workspace.state().remember(m_tree->header(), QStringLiteral("registries/columns"));
    m_message->setObjectName(QStringLiteral("registryMessage"));
    m_message->setTextFormat(Qt::PlainText);
    m_message->setWordWrap(true);
    m_message->hide();
    auto* bar = new QToolBar;
    bar->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    bar->addActions({m_pull, m_save, m_signIn, m_signOut, m_test});
    nameToolButtons(*bar);
    auto* left = new QWidget;
    auto* leftColumn = new QVBoxLayout(left);
    leftColumn->setContentsMargins(0, 0, 0, 0);
    leftColumn->addWidget(adding("addRegistryField"));
    leftColumn->addWidget(m_tree, 1);
    leftColumn->addWidget(m_message);
    auto* splitter = new QSplitter;
    splitter->addWidget(left);
    splitter->addWidget(m_inspector);
    splitter->setSizes({520, 480});
    splitter->setChildrenCollapsible(false);
    workspace.state().remember(splitter, QStringLiteral("registries/splitter"));
    auto* full = new QWidget;
    auto* column = new QVBoxLayout(full);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(bar);
    column->addWidget(splitter, 1);
    auto* empty = new QWidget;
    auto* emptyColumn = new QVBoxLayout(empty);
    auto* words =
        new QLabel(tr("No registry is here yet. Add one by its address, for example ghcr.io/myorg, or a folder "
                      "as oci-layout:FOLDER."));
    words->setAlignment(Qt::AlignCenter);
    words->setWordWrap(true);
    emptyColumn->addStretch();
    emptyColumn->addWidget(words);
    auto* middle = adding("addFirstRegistryField");
    middle->setMaximumWidth(480);
    emptyColumn->addWidget(middle, 0, Qt::AlignHCenter);
    emptyColumn->addStretch();
    m_stack->addWidget(empty);
    m_stack->addWidget(full);
    auto* whole = new QVBoxLayout(this);
    whole->setContentsMargins(0, 0, 0, 0);
    whole->addWidget(m_stack);
    connect(m_tree->selectionModel(), &QItemSelectionModel::currentChanged, this,
            [this](const QModelIndex& current, const QModelIndex& previous) {
                if (m_model->placeOf(current).registry != m_model->placeOf(previous).registry)
                    m_message->hide(); // it is about the one before
                refresh();
                showProblem();
                m_inspector->show(chosen());
            });
    connect(m_tree->selectionModel(), &QItemSelectionModel::selectionChanged, this, &RegistriesPage::refresh);
    connect(m_model, &QAbstractItemModel::dataChanged, this, [this] {
        refresh();
        showProblem();
    });
    connect(m_model, &QAbstractItemModel::rowsRemoved, this, &RegistriesPage::refresh);
    connect(m_model, &QAbstractItemModel::rowsInserted, this, [this](const QModelIndex& above) {
        if (above.isValid())
            return;
        refresh();
        entered();
    });
    refresh();
}

QWidget* RegistriesPage::adding(const char* name)
{
    auto* widget = new QWidget;
    auto* row = new QHBoxLayout(widget);
    row->setContentsMargins(6, 6, 6, 0);
    auto* field = new QLineEdit;
    field->setObjectName(QLatin1String(name));
    field->setAccessibleName(tr("Address of a registry"));
    field->setPlaceholderText(tr("ghcr.io/myorg or oci-layout:FOLDER"));
    field->setMinimumWidth(220);
    auto* button = new QPushButton(icon("list-add"), tr("Add Re&gistry"));
    button->setObjectName(QLatin1String(name) + QStringLiteral("Button"));
    row->addWidget(field, 1);
    row->addWidget(button);
    connect(button, &QPushButton::clicked, this, [this, field] { add(*field); });
    connect(field, &QLineEdit::returnPressed, this, [this, field] { add(*field); });
    return widget;
}

void RegistriesPage::add(QLineEdit& field)
{
    const auto endpoint = oci::parseEndpoint(field.text().trimmed());
    if (!endpoint) {
        Q_EMIT problem(endpoint.error().message);
        return;
    }
    field.clear();
    workspace().putRegistry({endpoint->toString(), {}});
    m_tree->setCurrentIndex(m_model->indexOf(endpoint->toString()));
}

void RegistriesPage::buildActions()
{
    m_signIn = makeAction("signIn", "dialog-password", tr("Sign &In…"), {},
                          [this] { Q_EMIT signInWanted(chosen().registry); });
    m_signOut = makeAction("signOut", "user-offline", tr("Sign &Out"), {}, [this] { signOut(); });
    m_test =
        makeAction("testRegistry", "view-refresh", tr("&Test and Refresh"), QKeySequence::Refresh, [this] { test(); });
    m_pull = makeAction("pullHere", "folder-download", tr("P&ull…"), {}, [this] { pull(); });
    m_save = makeAction("savePackage", "document-save-as", tr("Sa&ve Package As…"), QKeySequence::Save,
                        [this] { savePackage(); });
    m_copy = makeAction("copyReference", "edit-copy", tr("&Copy Reference"), QKeySequence::Copy, [this] {
        const RegistryTree::Place place = chosen();
        const auto endpoint = oci::parseEndpoint(place.registry);
        if (!endpoint)
            return;
        QString text = place.registry;
        const QString separator =
            endpoint->kind == oci::Endpoint::Kind::Layout ? QStringLiteral("//") : QStringLiteral("/");
        if (place.level == Level::Package || place.level == Level::Build)
            text += separator + mirror::naming::repository(place.channel, place.subdir, place.name.toStdString());
        else if (place.level != Level::Registry)
            text += separator + place.channel + (place.subdir.isEmpty() ? QString() : QLatin1Char('/') + place.subdir);
        if (place.level == Level::Build)
            text += QLatin1Char(':') + mirror::naming::tag(place.build.section(QLatin1Char('-'), 0, 0).toStdString(),
                                                           place.build.section(QLatin1Char('-'), 1).toStdString());
        QGuiApplication::clipboard()->setText(text);
    });
    m_remove = makeAction("removeRegistry", "list-remove", tr("&Remove from the List"), QKeySequence::Delete,
                          [this] { workspace().removeRegistry(chosen().registry); });
}

RegistryTree::Place RegistriesPage::chosen() const
{
    const QModelIndex current = m_tree->currentIndex();
    return current.isValid() ? m_model->placeOf(current) : RegistryTree::Place();
}

void RegistriesPage::refresh()
{
    m_stack->setCurrentIndex(m_model->rowCount() > 0 ? 1 : 0);
    const RegistryTree::Place place = chosen();
    const auto endpoint = oci::parseEndpoint(place.registry);
    const bool any = !place.registry.isEmpty();
    const bool remote = any && endpoint && endpoint->kind == oci::Endpoint::Kind::Remote;
    m_signIn->setEnabled(remote);
    m_signOut->setEnabled(remote && m_model->hasCredentials(m_model->indexOf(place.registry)));
    m_test->setEnabled(any);
    m_pull->setEnabled(!pullRequest(selected()).registry.isEmpty());
    m_save->setEnabled(any && place.level == Level::Build);
    m_copy->setEnabled(any);
    m_remove->setEnabled(any && place.level == Level::Registry); // what is below it is not in a list of ours
}

/// Whole, and not only in a column that is too narrow for what helps.
void RegistriesPage::showProblem()
{
    const QString problem = m_model->problemOf(m_tree->currentIndex());
    if (problem.isEmpty())
        return;
    m_message->setText(tr("⚠ %1").arg(problem));
    m_message->show();
}

void RegistriesPage::entered()
{
    if (!isVisible() && m_model->rowCount() != 1)
        return;
    // What there is shows by itself, down to the channels.
    for (int row = 0; row < m_model->rowCount(); ++row)
        m_tree->expand(m_model->index(row, 0));
    if (!m_tree->currentIndex().isValid() && m_model->rowCount() > 0)
        m_tree->setCurrentIndex(m_model->index(0, 0));
}

void RegistriesPage::signOut()
{
    const QString registry = chosen().registry;
    const auto endpoint = oci::parseEndpoint(registry);
    if (!endpoint)
        return;
    inBackground(
        workspace().credentials().thread, this,
        [remove = workspace().credentials().remove, endpoint = *endpoint](const std::stop_token&) {
            return remove(endpoint);
        },
        [this, registry](const Result<bool>& removed) {
            if (!removed) {
                Q_EMIT problem(tr("Nothing was removed: %1").arg(removed.error().message));
                return;
            }
            m_message->setText(*removed ? tr("The password for %1 is gone from the keychain.").arg(registry)
                                        : tr("The keychain had no password for %1.").arg(registry));
            m_message->show();
            Q_EMIT workspace().signInChanged(registry);
        });
}

std::vector<RegistryTree::Place> RegistriesPage::selected() const
{
    std::vector<RegistryTree::Place> places;
    for (const QModelIndex& index : m_tree->selectionModel()->selectedRows())
        places.push_back(m_model->placeOf(index));
    return places;
}

/// One pull for all of these places; without a registry where one pull can't bring exactly them: they are of several
/// channels, or a whole platform among single packages.
mirror::CopyRequest RegistriesPage::pullRequest(const std::vector<RegistryTree::Place>& places)
{
    mirror::CopyRequest request;
    request.verb = mirror::CopyRequest::Verb::PullCache;
    if (places.empty())
        return request;
    const RegistryTree::Place& first = places.front();
    const auto belongs = [&](const RegistryTree::Place& place) {
        return place.registry == first.registry && place.channel == first.channel && place.level == first.level;
    };
    if (first.level == Level::Registry || !std::all_of(places.begin(), places.end(), belongs))
        return request;
    for (const RegistryTree::Place& place : places) {
        if (!place.subdir.isEmpty() && !request.subdirs.contains(place.subdir))
            request.subdirs.append(place.subdir);
        if (place.level == Level::Package)
            request.packages.append(place.name);
        if (place.level == Level::Build)
            request.packages.append(QStringLiteral("%1=%2=%3")
                                        .arg(place.name, place.build.section(QLatin1Char('-'), 0, -2),
                                             place.build.section(QLatin1Char('-'), -1)));
    }
    request.registry = first.registry;
    request.channel = first.channel;
    request.allVersions = first.level == Level::Build;
    return request;
}

void RegistriesPage::pull()
{
    mirror::CopyRequest request = pullRequest(selected());
    const mirror::CopyRequest preferred = workspace().newRequest(request.verb);
    request.cacheDirectory = preferred.cacheDirectory;
    request.workers = preferred.workers;
    request.spacing = preferred.spacing;
    Q_EMIT copyWanted(request);
}

void RegistriesPage::test()
{
    const QModelIndex current = m_tree->currentIndex();
    const RegistryTree::Place place = chosen();
    m_model->reload(current);
    const auto endpoint = oci::parseEndpoint(place.registry);
    if (place.level != Level::Registry || !endpoint)
        return;
    m_message->setText(tr("Asking %1…").arg(place.registry));
    m_message->show();
    const auto credentials = workspace().credentials();
    inBackground(
        credentials.thread, this,
        [find = credentials.find, endpoint = *endpoint](const std::stop_token&) { return find(endpoint); },
        [this, endpoint = *endpoint](const std::optional<oci::FoundCredentials>& found) {
            inBackground(
                this,
                [endpoint, found, network = workspace().network()](const std::stop_token&) {
                    return tryRegistry(endpoint, found, network());
                },
                [this](const RegistryTrial& trial) { m_message->setText(trial.words); });
        });
}

void RegistriesPage::savePackage()
{
    const RegistryTree::Place place = chosen();
    auto* dialog =
        new QFileDialog(this, tr("Save the package"), QDir::homePath(), tr("Conda packages (*.conda *.tar.bz2)"));
    dialog->setObjectName(QStringLiteral("savePackageDialog"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    // Not the layer's title, which is whatever somebody wrote there.
    const auto& formats = m_inspector->formats();
    const auto ending = conda::extension(formats.empty() ? conda::Format::Conda : formats.front());
    dialog->selectFile(place.name + QLatin1Char('-') + place.build + text(ending));
    connect(dialog, &QFileDialog::fileSelected, this, [this, place](const QString& path) { download(place, path); });
    dialog->open();
}

void RegistriesPage::download(const RegistryTree::Place& place, const QString& path)
{
    const auto endpoint = oci::parseEndpoint(place.registry);
    if (!endpoint)
        return;
    m_message->setText(tr("Fetching %1…").arg(oneLine(place.name, 200)));
    m_message->show();
    const QString package = place.name + QLatin1Char(':') + place.build;
    askRegistry(
        workspace().credentials(), this, *endpoint,
        [channel = mirror::RegistryChannel{*endpoint, place.channel}, subdir = place.subdir, package, path,
         network = workspace().network()](const oci::Authenticator::Lookup& credentials,
                                          const std::stop_token&) -> Result<QString> {
            http::FileSink sink(path);
            if (auto opened = sink.open(); !opened)
                return opened.error();
            auto name = mirror::PackageRepo(channel, subdir, credentials, network())
                            .package(package, sink, conda::formatOf(path.toStdString()));
            if (!name)
                return name.error();
            if (auto committed = sink.commit(); !committed)
                return committed.error();
            return shownSize(sink.written());
        },
        [this, path](const Result<QString>& saved) {
            if (saved) {
                m_message->setText(
                    tr("Saved %1 (%2), its digest is right.").arg(QDir::toNativeSeparators(path), *saved));
                return;
            }
            m_message->hide();
            Q_EMIT problem(tr("%1 was not saved: %2").arg(QDir::toNativeSeparators(path), saved.error().message));
        });
}

void RegistriesPage::fillMenu(QMenu& menu)
{
    menu.addActions({m_pull, m_save, m_copy});
    menu.addSeparator();
    menu.addActions({m_signIn, m_signOut, m_test, m_remove});
}

} // namespace condaoci::ui
