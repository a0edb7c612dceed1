// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
// How the view of a channel's packages is laid out; what it does is in channelspage.cpp.
#include "ui/channels/channelspage.h"

#include "core/base/text.h"
#include "ui/channels/recordpanel.h"
#include "ui/channels/recordsmodel.h"
#include "ui/transfers/transfers.h"
#include "ui/widgets/icons.h"
#include "ui/widgets/tables.h"
#include "ui/widgets/texts.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QProgressBar>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QStandardItemModel>
#include <QSysInfo>
#include <QTableView>
#include <QToolBar>
#include <QToolButton>
#include <QTreeView>

namespace condaoci::ui {

namespace {

/// The platform of this computer, as conda calls it.
QString ownSubdir()
{
#if defined(Q_OS_WIN)
    const QString system = QStringLiteral("win");
#elif defined(Q_OS_MACOS)
    const QString system = QStringLiteral("osx");
#else
    const QString system = QStringLiteral("linux");
#endif
    const QString cpu = QSysInfo::currentCpuArchitecture();
    if (cpu == QLatin1String("x86_64"))
        return system + QStringLiteral("-64");
    if (cpu == QLatin1String("arm64"))
        return system == QLatin1String("linux") ? QStringLiteral("linux-aarch64") : system + QStringLiteral("-arm64");
    return QStringLiteral("linux-64");
}

} // namespace

ChannelsPage::ChannelsPage(Workspace& workspace, QWidget* parent)
    : Page(workspace, parent)
    , m_model(new RecordsModel(this))
{
    setObjectName(QStringLiteral("channelsPage"));
    buildActions();
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(header());
    column->addWidget(body(), 1);
    listPlaces();
    connect(&workspace, &Workspace::channelsChanged, this, &ChannelsPage::listPlaces);
    connect(&workspace, &Workspace::registriesChanged, this, &ChannelsPage::listPlaces);
    // What a transfer brought is there now.
    connect(&workspace.transfers(), &Transfers::finished, this, [this](Transfer* transfer) {
        if (transfer->request().registry == m_registry->currentData().toString())
            compare();
    });
    connect(m_model, &RecordsModel::filterRefused, this, &Page::filterProblem);
    connect(m_model, &RecordsModel::filtered, this, &ChannelsPage::showCounts);
    connect(m_model, &RecordsModel::checksChanged, this, &ChannelsPage::showCounts);
    m_keepsTicks.setSingleShot(true);
    m_keepsTicks.setInterval(1000);
    connect(m_model, &RecordsModel::checksChanged, this, [this] {
        if (!m_ticked.isEmpty())
            m_keepsTicks.start();
    });
    connect(&m_keepsTicks, &QTimer::timeout, this, &ChannelsPage::keepTicks);
    connect(&m_tickWriter, &FileWriter::failed, this, &Page::problem);
    connect(m_model, &QAbstractItemModel::modelReset, this, [this] { showRecord(-1); });
    showReading(tr("Type a channel's name above, for example conda-forge, or the address or folder of one."), false);
}

void ChannelsPage::buildActions()
{
    m_add = makeAction("addChannel", "list-add", tr("&Open Channel"), {},
                       [this] { openChannel(m_channel->currentText()); });
    m_remove = makeAction("removeChannel", "list-remove", tr("&Remove Channel"), {}, [this] { removeChannel(); });
    m_refresh = makeAction("refreshChannel", "view-refresh", tr("Re&fresh"), QKeySequence::Refresh,
                           [this] { openChannel(m_channel->currentText()); });
    m_mirrorSelected = makeAction("mirrorSelected", "document-send", tr("&Mirror Selected…"),
                                  QKeySequence(Qt::CTRL | Qt::Key_Return), [this] { useSelection(false); });
    m_mirrorAll =
        makeAction("mirrorEverything", "document-send", tr("Mirror &Everything…"), {}, [this] { mirrorEverything(); });
    m_look = makeAction("lookInside", "text-x-generic", tr("Look &Inside…"), QKeySequence(Qt::CTRL | Qt::Key_I),
                        [this] { lookInside(); });
    m_look->setToolTip(tr("The files of info/ and the manifest, as they stand in the registry (Ctrl+I)"));
    m_look->setEnabled(false);
    m_copyCommand = makeAction("copyChannelCommand", "utilities-terminal", tr("&Copy as Command Line"),
                               QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_C), [this] { useSelection(true); });
    m_selectAll = makeAction("selectAllShown", "edit-select-all", tr("Select &All Shown"),
                             QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_A), [this] { m_model->checkAllShown(); });
    m_clear =
        makeAction("clearSelection", "edit-clear", tr("C&lear Selection"), {}, [this] { m_model->clearChecks(); });
}

QWidget* ChannelsPage::header()
{
    m_channel = new QComboBox;
    m_channel->setObjectName(QStringLiteral("channelBox"));
    m_channel->setAccessibleName(tr("Channel"));
    m_channel->setEditable(true);
    m_channel->setInsertPolicy(QComboBox::NoInsert);
    auto* list = new QTreeView;
    list->setObjectName(QStringLiteral("channelList"));
    list->setAccessibleName(tr("Channels"));
    list->setRootIsDecorated(false);
    list->setItemDelegate(new TextDelegate(list));
    list->setAllColumnsShowFocus(true);
    list->setUniformRowHeights(true);
    list->setMinimumWidth(760);
    auto* model = new QStandardItemModel(0, 4, m_channel);
    model->setHorizontalHeaderLabels({tr("Channel"), tr("Address"), tr("Platforms"), tr("Index read")});
    m_channel->setModel(model);
    m_channel->setView(list);
    list->setColumnWidth(0, 170);
    list->setColumnWidth(1, 290);
    list->setColumnWidth(2, 160);
    m_channel->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_channel->setMinimumContentsLength(18);
    m_channel->lineEdit()->setPlaceholderText(tr("conda-forge, a URL, or a folder"));
    connect(m_channel->lineEdit(), &QLineEdit::returnPressed, this, [this] { openChannel(m_channel->currentText()); });
    connect(m_channel, &QComboBox::activated, this, [this] { openChannel(m_channel->currentText()); });

    m_subdirs = new QToolButton;
    m_subdirs->setObjectName(QStringLiteral("subdirButton"));
    m_subdirs->setAccessibleName(tr("Platforms"));
    m_subdirs->setToolTip(tr("Platforms that are shown"));
    m_subdirs->setPopupMode(QToolButton::InstantPopup);
    m_subdirs->setFocusPolicy(Qt::StrongFocus);
    fillSubdirMenu();

    m_registry = new QComboBox;
    m_registry->setObjectName(QStringLiteral("compareBox"));
    m_registry->setAccessibleName(tr("Compare with the registry"));
    m_registry->setToolTip(tr("The State column says what of the channel is in this registry"));
    m_registry->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_registry->setMinimumContentsLength(14);
    connect(m_registry, &QComboBox::activated, this, [this] {
        keepChoices();
        compare();
    });

    m_counts = new QLabel;
    m_counts->setObjectName(QStringLiteral("counts"));
    auto* bar = new QToolBar;
    bar->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    bar->addActions({m_mirrorSelected, m_selectAll, m_clear});
    nameToolButtons(*bar);
    auto* open = new QToolButton;
    open->setDefaultAction(m_add);
    open->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    open->setFocusPolicy(Qt::StrongFocus);
    open->setObjectName(QStringLiteral("openChannelButton"));
    auto* widget = new QWidget;
    auto* rows = new QVBoxLayout(widget);
    rows->setContentsMargins(6, 6, 6, 0);
    rows->setSpacing(2);
    auto* first = new QHBoxLayout;
    first->addWidget(m_channel, 3);
    first->addWidget(open);
    first->addWidget(m_subdirs, 1);
    auto* against = new QLabel(tr("Compare &with"));
    against->setBuddy(m_registry);
    against->setContentsMargins(8, 0, 2, 0);
    first->addWidget(against);
    first->addWidget(m_registry, 2);
    auto* second = new QHBoxLayout;
    second->addWidget(bar);
    second->addStretch();
    second->addWidget(m_counts);
    rows->addLayout(first);
    rows->addLayout(second);
    return widget;
}

QWidget* ChannelsPage::body()
{
    auto* reading = new QWidget;
    auto* column = new QVBoxLayout(reading);
    m_message = new QLabel;
    m_message->setObjectName(QStringLiteral("channelMessage"));
    m_message->setTextFormat(Qt::PlainText);
    m_message->setAlignment(Qt::AlignCenter);
    m_message->setWordWrap(true);
    m_busy = new QProgressBar;
    m_busy->setObjectName(QStringLiteral("channelBusy"));
    m_busy->setAccessibleName(tr("Reading the index"));
    m_busy->setRange(0, 0);
    m_busy->setTextVisible(false);
    m_busy->setFixedSize(240, 8);
    column->addStretch();
    column->addWidget(m_message);
    column->addWidget(m_busy, 0, Qt::AlignHCenter);
    column->addStretch();

    m_table = new QTableView;
    m_table->setObjectName(QStringLiteral("records"));
    m_table->setAccessibleName(tr("Packages of the channel"));
    m_table->setModel(m_model);
    prepareTable(*m_table, {m_mirrorSelected, m_mirrorAll, m_look, m_copyCommand, m_selectAll, m_clear});
    m_table->setSelectionMode(QAbstractItemView::ExtendedSelection);
    sayWhenEmpty(*m_table, [this] {
        if (!m_model->records() || m_model->isFiltering())
            return QString();
        return m_model->filter().isEmpty() ? tr("There are no packages in these platforms.")
                                           : tr("No package matches the filter.");
    });
    m_table->setSortingEnabled(true);
    m_table->horizontalHeader()->setSortIndicator(0, Qt::AscendingOrder);
    const int widths[] = {165, 72, 115, 56, 64, 82, 72}; // which leaves room for the state in a window of 1180
    for (int i = 0; i < 7; ++i)
        m_table->setColumnWidth(i, widths[i]);
    m_table->installEventFilter(this);
    workspace().state().remember(m_table->horizontalHeader(), QStringLiteral("channels/columns"));
    m_panel = new RecordPanel(m_look);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex& current) { showRecord(current.row()); });
    connect(m_model, &QAbstractItemModel::modelAboutToBeReset, this, [this] {
        const int row = m_table->currentIndex().row();
        if (const auto* record = m_model->recordAt(row))
            m_looked = {m_model->subdirAt(row), std::string(record->fileName)};
    });
    connect(m_model, &RecordsModel::filtered, this, &ChannelsPage::lookAgain);
    // It may be compared with another registry now.
    connect(m_model, &QAbstractItemModel::dataChanged, this,
            [this] { m_look->setEnabled(isThere(m_table->currentIndex().row())); });
    connect(m_panel, &RecordPanel::dependencyChosen, this, &ChannelsPage::filterWanted);
    auto* splitter = new QSplitter;
    splitter->addWidget(m_table);
    splitter->addWidget(m_panel);
    splitter->setStretchFactor(0, 4);
    splitter->setStretchFactor(1, 1);
    splitter->setSizes({760, 240});
    splitter->setChildrenCollapsible(false);
    workspace().state().remember(splitter, QStringLiteral("channels/splitter"));
    m_stack = new QStackedWidget;
    m_stack->addWidget(reading);
    m_stack->addWidget(splitter);
    return m_stack;
}

void ChannelsPage::listPlaces()
{
    const QString channel = m_channel->currentText();
    const int cursor = m_channel->lineEdit()->cursorPosition(); // of somebody who is typing
    const QString registry = m_registry->count() > 0
                                 ? m_registry->currentData().toString()
                                 : workspace().state().value(QStringLiteral("channels/compare")).toString();
    const QSignalBlocker quietChannel(m_channel);
    const QSignalBlocker quietRegistry(m_registry);
    auto* list = qobject_cast<QStandardItemModel*>(m_channel->model());
    list->removeRows(0, list->rowCount());
    for (const auto& known : workspace().channels()) {
        const auto parsed = conda::parseChannel(known.text);
        QList<QStandardItem*> row;
        for (const QString& text :
             {known.text, parsed ? shownUrl(parsed->bases.constFirst()) : QString(),
              known.subdirs.join(QStringLiteral(", ")), known.readAt.isValid() ? shownTime(known.readAt) : tr("never")})
            row.append(new QStandardItem(text));
        list->appendRow(row);
    }
    const QString last = workspace().state().value(QStringLiteral("channels/last")).toString();
    showChannel(!channel.isEmpty()               ? channel
                : m_channel->findText(last) >= 0 ? last
                : m_channel->count() > 0         ? m_channel->itemText(0)
                                                 : QString());
    m_channel->lineEdit()->setCursorPosition(cursor);
    m_registry->clear();
    m_registry->addItem(tr("nothing"), QString());
    for (const auto& known : workspace().registries())
        m_registry->addItem(known.text, known.text);
    m_registry->setCurrentIndex(std::max(0, m_registry->findData(registry)));
    m_remove->setEnabled(m_channel->count() > 0);
}

/// The box's item as well as its text: were they not the same, the box would take the text for chosen anew when it is
/// left, and the channel be read twice.
void ChannelsPage::showChannel(const QString& text)
{
    const QSignalBlocker quiet(m_channel);
    if (const int item = m_channel->findText(text, Qt::MatchFixedString | Qt::MatchCaseSensitive); item >= 0)
        m_channel->setCurrentIndex(item);
    if (m_channel->currentText() != text)
        m_channel->setEditText(text);
}

QStringList ChannelsPage::usualSubdirs() const
{
    const QStringList last = workspace().state().value(QStringLiteral("channels/subdirs")).toVariant().toStringList();
    return last.isEmpty() ? QStringList{ownSubdir(), QStringLiteral("noarch")} : last;
}

void ChannelsPage::fillSubdirMenu()
{
    auto* menu = new QMenu(this);
    const QStringList chosen = usualSubdirs();
    const auto add = [&](QMenu& to, const QStringList& subdirs) {
        for (const QString& subdir : subdirs) {
            QAction* action = to.addAction(subdir);
            action->setCheckable(true);
            action->setChecked(chosen.contains(subdir));
            m_subdirActions.append(action);
            connect(action, &QAction::toggled, this, [this] {
                showSubdirs(chosenSubdirs());
                keepChoices();
                if (m_opened.isEmpty())
                    return;
                showChannel(m_opened); // whatever is being typed there
                read();
            });
        }
    };
    add(*menu, conda::defaultSubdirs());
    menu->addSeparator();
    add(*menu->addMenu(tr("&Others")), conda::otherSubdirs());
    m_subdirs->setMenu(menu);
    showSubdirs(chosen);
}

void ChannelsPage::removeChannel()
{
    const QString text = m_channel->currentText();
    m_channel->clearEditText();
    workspace().removeChannel(text);
    m_opened.clear();
    forgetRecords();
    showReading(tr("Choose a channel and a platform."), false);
    openChannel(m_channel->currentText());
    m_tickWriter.write(ticksFile(text), [] { return QByteArray(); });
}

void ChannelsPage::fillMenu(QMenu& menu)
{
    menu.addActions({m_mirrorSelected, m_mirrorAll, m_look, m_copyCommand});
    menu.addSeparator();
    menu.addActions({m_selectAll, m_clear});
    menu.addSeparator();
    menu.addActions({m_add, m_refresh, m_remove});
}

} // namespace condaoci::ui
