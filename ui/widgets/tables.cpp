// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "ui/widgets/tables.h"

#include "ui/widgets/icons.h"
#include "ui/widgets/texts.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QEvent>
#include <QHeaderView>
#include <QLabel>
#include <QMenu>
#include <QTableView>
#include <QToolBar>
#include <QToolButton>

namespace condaoci::ui {

QString TextDelegate::displayText(const QVariant& value, const QLocale& locale) const
{
    return leftToRight(QStyledItemDelegate::displayText(value, locale));
}

namespace {

struct Tables
{
    Q_DECLARE_TR_FUNCTIONS(Tables)
};

constexpr qsizetype mostCopied = 5000; ///< rows; more would hold up the window, and nobody pastes them anywhere

/// The chosen rows as text: the shown columns in their order, tabs between them.
void copyRows(const QTableView& table)
{
    QModelIndexList rows = table.selectionModel()->selectedRows();
    if (rows.size() > mostCopied)
        return QApplication::beep();
    std::sort(rows.begin(), rows.end());
    const QHeaderView& header = *table.horizontalHeader();
    QStringList lines;
    for (const QModelIndex& row : std::as_const(rows)) {
        QStringList cells;
        for (int place = 0; place < header.count(); ++place) {
            const int column = header.logicalIndex(place);
            if (!header.isSectionHidden(column))
                cells.append(row.siblingAtColumn(column).data().toString());
        }
        lines.append(cells.join(QLatin1Char('\t')));
    }
    if (!lines.isEmpty())
        QGuiApplication::clipboard()->setText(lines.join(QLatin1Char('\n')));
}

/// Which columns are shown; one at least.
void fillColumnMenu(QMenu& menu, QHeaderView& header)
{
    menu.clear();
    const int shown = header.count() - header.hiddenSectionCount();
    for (int place = 0; place < header.count(); ++place) {
        const int column = header.logicalIndex(place);
        QAction* action = menu.addAction(header.model()->headerData(column, Qt::Horizontal).toString());
        action->setCheckable(true);
        action->setChecked(!header.isSectionHidden(column));
        action->setEnabled(!action->isChecked() || shown > 1);
        QObject::connect(action, &QAction::toggled, &header,
                         [&header, column](bool on) { header.setSectionHidden(column, !on); });
    }
}

void addTableMenu(QTableView& table)
{
    auto* copy = new QAction(icon("edit-copy"), Tables::tr("Copy Ro&ws"), &table);
    copy->setObjectName(QStringLiteral("copyRows"));
    copy->setShortcut(QKeySequence::Copy);
    copy->setShortcutContext(Qt::WidgetShortcut);
    QObject::connect(copy, &QAction::triggered, &table, [&table] { copyRows(table); });
    auto* columns = new QMenu(Tables::tr("Col&umns"), &table);
    columns->setObjectName(QStringLiteral("columns"));
    QHeaderView* header = table.horizontalHeader();
    QObject::connect(columns, &QMenu::aboutToShow, header, [columns, header] { fillColumnMenu(*columns, *header); });
    header->setContextMenuPolicy(Qt::CustomContextMenu);
    QObject::connect(header, &QHeaderView::customContextMenuRequested, columns,
                     [columns, header](const QPoint& at) { columns->popup(header->mapToGlobal(at)); });
    table.addActions({copy, columns->menuAction()});
    table.setContextMenuPolicy(Qt::ActionsContextMenu);
}

} // namespace

void prepareTable(QTableView& table, const QList<QAction*>& actions)
{
    table.addActions(actions);
    addTableMenu(table);
    table.setItemDelegate(new TextDelegate(&table));
    table.setSelectionBehavior(QAbstractItemView::SelectRows);
    table.setTabKeyNavigation(false);
    table.setWordWrap(false);
    table.setShowGrid(false);
    table.setAlternatingRowColors(true);
    table.setTextElideMode(Qt::ElideMiddle);
    table.setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    table.verticalHeader()->hide();
    table.verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    table.verticalHeader()->setMinimumSectionSize(0);
    table.verticalHeader()->setDefaultSectionSize(table.fontMetrics().height() + 8);
    table.horizontalHeader()->setHighlightSections(false);
    table.horizontalHeader()->setStretchLastSection(true);
}

namespace {

/// Words in the middle of a view that has no rows.
class EmptyWords final : public QLabel
{
public:
    EmptyWords(QAbstractItemView& view, std::function<QString()> words)
        : QLabel(view.viewport())
        , m_view(view)
        , m_words(std::move(words))
    {
        setObjectName(QStringLiteral("emptyWords"));
        setTextFormat(Qt::PlainText);
        setAlignment(Qt::AlignCenter);
        setWordWrap(true);
        setAttribute(Qt::WA_TransparentForMouseEvents);
        view.viewport()->installEventFilter(this);
        const auto refresh = [this] { this->refresh(); };
        connect(view.model(), &QAbstractItemModel::modelReset, this, refresh);
        connect(view.model(), &QAbstractItemModel::rowsInserted, this, refresh);
        connect(view.model(), &QAbstractItemModel::rowsRemoved, this, refresh);
        refresh();
    }

    bool eventFilter(QObject* watched, QEvent* event) override
    {
        if (watched == m_view.viewport() && event->type() == QEvent::Resize)
            refresh();
        return QLabel::eventFilter(watched, event);
    }

private:
    void refresh()
    {
        setText(m_view.model()->rowCount() == 0 ? m_words() : QString());
        setGeometry(m_view.viewport()->rect().adjusted(12, 12, -12, -12));
        setVisible(!text().isEmpty());
    }

    QAbstractItemView& m_view;
    std::function<QString()> m_words;
};

} // namespace

void sayWhenEmpty(QAbstractItemView& view, std::function<QString()> words)
{
    new EmptyWords(view, std::move(words));
}

void nameToolButtons(QToolBar& bar)
{
    for (QAction* action : bar.actions()) {
        auto* button = qobject_cast<QToolButton*>(bar.widgetForAction(action));
        if (!button || action->isSeparator())
            continue;
        button->setObjectName(action->objectName() + QStringLiteral("Button"));
        button->setAccessibleName(action->iconText());
        button->setFocusPolicy(Qt::StrongFocus);
    }
}

} // namespace condaoci::ui
