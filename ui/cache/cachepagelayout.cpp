// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
// How the view of a cache is laid out; what it does is in cachepage.cpp.
#include "core/mirror/upkeep/cachecheck.h"
#include "ui/cache/cachemodel.h"
#include "ui/cache/cachepage.h"
#include "ui/cache/treemap.h"
#include "ui/widgets/icons.h"
#include "ui/widgets/tables.h"
#include "ui/widgets/texts.h"

#include <QClipboard>
#include <QComboBox>
#include <QDesktopServices>
#include <QDir>
#include <QFileInfo>
#include <QGuiApplication>
#include <QHeaderView>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QTableView>
#include <QToolBar>
#include <QToolButton>
#include <QVBoxLayout>

namespace condaoci::ui {

CachePage::CachePage(Workspace& workspace, QWidget* parent)
    : Page(workspace, parent)
    , m_model(new CacheModel(this))
{
    setObjectName(QStringLiteral("cachePage"));
    buildActions();
    m_stack = new QStackedWidget;
    m_stack->addWidget(empty());
    m_stack->addWidget(full());
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_stack);
    connect(&workspace, &Workspace::cachesChanged, this, [this] {
        listCaches();
        if (isVisible())
            entered();
    });
    listCaches();
}

void CachePage::buildActions()
{
    m_verify =
        makeAction("verify", "edit-find", tr("&Verify"), QKeySequence(Qt::CTRL | Qt::Key_Return), [this] { verify(); });
    m_verify->setToolTip(tr("Read every file and compare its sum with the index (Ctrl+Return)"));
    m_push = makeAction("pushCache", "folder-upload", tr("Pu&sh…"), {}, [this] { push(); });
    m_push->setToolTip(tr("Send the selected packages, or what is new, to a registry"));
    m_delete =
        makeAction("deleteFiles", "edit-delete", tr("&Delete…"), QKeySequence::Delete, [this] { askToDelete(); });
    m_show = makeAction("showFolder", "folder-open", tr("Show in File &Manager"), {},
                        [this] { QDesktopServices::openUrl(QUrl::fromLocalFile(m_shown)); });
    m_copy = makeAction(
        "copyChannelUrl", "edit-copy", tr("&Copy Channel URL"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_C), [this] {
            QGuiApplication::clipboard()->setText(
                QUrl::fromLocalFile(m_shown + QLatin1Char('/') + channelOf(chosen())).toString(QUrl::FullyEncoded));
        });
    m_refresh = makeAction("refreshCache", "view-refresh", tr("Re&fresh"), QKeySequence::Refresh, [this] { read(); });
    m_open = makeAction("openCache", "folder-open", tr("&Open a Cache…"), {}, [this] { openCache(); });
    m_remove = makeAction("removeCache", "list-remove", tr("&Remove from the List"), {},
                          [this] { workspace().removeCache(directory()); });
}

QWidget* CachePage::empty()
{
    auto* widget = new QWidget;
    auto* words =
        new QLabel(tr("A cache is a folder of conda packages that conda, mamba and pixi install from. Pull some, "
                      "or open one that is there."));
    words->setAlignment(Qt::AlignCenter);
    words->setWordWrap(true);
    auto* button = new QPushButton(icon("folder-open"), tr("&Open a Cache…"));
    button->setObjectName(QStringLiteral("openFirstCache"));
    connect(button, &QPushButton::clicked, m_open, &QAction::trigger);
    auto* column = new QVBoxLayout(widget);
    column->addStretch();
    column->addWidget(words);
    column->addWidget(button, 0, Qt::AlignHCenter);
    column->addStretch();
    return widget;
}

QWidget* CachePage::full()
{
    m_caches = new QComboBox;
    m_caches->setObjectName(QStringLiteral("caches"));
    m_caches->setAccessibleName(tr("Cache"));
    m_caches->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_caches->setMinimumContentsLength(20);
    connect(m_caches, &QComboBox::activated, this, &CachePage::read);
    auto* bar = new QToolBar;
    bar->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    bar->addActions({m_verify, m_push, m_delete, m_open});
    nameToolButtons(*bar);
    m_totals = new QLabel;
    m_totals->setObjectName(QStringLiteral("cacheTotals"));
    auto* top = new QHBoxLayout;
    top->setContentsMargins(6, 6, 6, 0);
    top->addWidget(m_caches, 1);
    top->addWidget(m_totals);

    m_table = new QTableView;
    m_table->setObjectName(QStringLiteral("cacheFiles"));
    m_table->setAccessibleName(tr("Files of the cache"));
    m_table->setModel(m_model);
    prepareTable(*m_table, {m_push, m_delete, m_copy, m_show});
    sayWhenEmpty(*m_table, [this] {
        if (!m_model->isReady())
            return QString();
        return !m_filter.isEmpty()          ? tr("No package matches the filter.")
               : m_onlyDamaged->isChecked() ? tr("No damaged package was found.")
               : m_isChannel
                   ? tr("This folder is a channel by itself. A cache is a folder with a folder for each channel "
                        "in it: open the one around it, %1.")
                         .arg(QDir::toNativeSeparators(QFileInfo(m_shown).path()))
                   : tr("There are no packages in this folder.");
    });
    m_table->setSortingEnabled(true);
    m_table->horizontalHeader()->setSortIndicator(0, Qt::AscendingOrder);
    const int widths[] = {140, 72, 100, 56, 100, 72, 64};
    for (int i = 0; i < 7; ++i)
        m_table->setColumnWidth(i, widths[i]);
    workspace().state().remember(m_table->horizontalHeader(), QStringLiteral("cache/eightColumns"));
    auto* splitter = new QSplitter;
    splitter->addWidget(m_table);
    splitter->addWidget(picture());
    splitter->setSizes({780, 340});
    splitter->setChildrenCollapsible(false);
    workspace().state().remember(splitter, QStringLiteral("cache/splitter"));

    auto* widget = new QWidget;
    auto* column = new QVBoxLayout(widget);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2);
    column->addLayout(top);
    column->addWidget(bar);
    column->addWidget(splitter, 1);
    column->addLayout(foot());
    return widget;
}

/// What takes the space.
QWidget* CachePage::picture()
{
    m_treemap = new Treemap;
    connect(m_treemap, &Treemap::opened, this, [this](const QString& name) {
        if (m_opened.size() >= 3)
            return;
        m_opened.append(name);
        showParts();
    });
    const auto up = [this] {
        if (!m_opened.isEmpty())
            m_opened.removeLast();
        showParts();
    };
    connect(m_treemap, &Treemap::upWanted, this, up);
    m_up = new QPushButton(icon("go-up"), tr("U&p"));
    m_up->setObjectName(QStringLiteral("treemapUp"));
    connect(m_up, &QPushButton::clicked, this, up);
    auto* widget = new QWidget;
    auto* column = new QVBoxLayout(widget);
    column->setContentsMargins(6, 0, 6, 6);
    column->addWidget(m_treemap, 1);
    column->addWidget(m_up, 0, Qt::AlignLeft);
    return widget;
}

/// What was verified, and how far that is.
QHBoxLayout* CachePage::foot()
{
    m_summary = new QLabel;
    m_summary->setObjectName(QStringLiteral("cacheSummary"));
    m_summary->setTextFormat(Qt::PlainText);
    m_summary->setWordWrap(true);
    m_summary->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_progress = new QProgressBar;
    m_progress->setObjectName(QStringLiteral("verifyProgress"));
    m_progress->setAccessibleName(tr("Verified so far"));
    m_progress->setMaximumWidth(240);
    m_progress->hide();
    m_stop = new QPushButton(icon("media-playback-stop"), tr("Stop Verif&ying"));
    m_stop->setObjectName(QStringLiteral("stopVerifying"));
    m_stop->hide();
    connect(m_stop, &QPushButton::clicked, this, &CachePage::read);
    m_onlyDamaged = new QToolButton;
    m_onlyDamaged->setObjectName(QStringLiteral("onlyDamaged"));
    m_onlyDamaged->setText(tr("Show Only Dama&ged"));
    m_onlyDamaged->setIcon(icon("view-filter"));
    m_onlyDamaged->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_onlyDamaged->setFocusPolicy(Qt::StrongFocus);
    m_onlyDamaged->setCheckable(true);
    connect(m_onlyDamaged, &QToolButton::toggled, this, [this](bool only) { m_model->setFilter(m_filter, only); });
    auto* row = new QHBoxLayout;
    row->setContentsMargins(6, 2, 6, 4);
    row->addWidget(m_summary, 1);
    row->addWidget(m_progress);
    row->addWidget(m_stop);
    row->addWidget(m_onlyDamaged);
    return row;
}

void CachePage::listCaches()
{
    const QString current = directory();
    const QSignalBlocker quiet(m_caches);
    m_caches->clear();
    for (const QString& path : workspace().caches())
        m_caches->addItem(leftToRight(QDir::toNativeSeparators(path)), path);
    m_caches->setCurrentIndex(std::max(0, m_caches->findData(current)));
    m_stack->setCurrentIndex(m_caches->count() > 0 ? 1 : 0);
}

} // namespace condaoci::ui
