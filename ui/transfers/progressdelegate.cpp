// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "ui/transfers/progressdelegate.h"

#include "ui/transfers/jobsmodel.h"

#include <QApplication>

namespace condaoci::ui {

void ProgressDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const QVariant thousandths = index.data(JobsModel::ThousandthsRole);
    QStyleOptionViewItem cell = option;
    initStyleOption(&cell, index);
    cell.text.clear();
    const QStyle* style = cell.widget ? cell.widget->style() : QApplication::style();
    style->drawControl(QStyle::CE_ItemViewItem, &cell, painter, cell.widget);
    if (!thousandths.isValid())
        return;
    QStyleOptionProgressBar bar;
    bar.initFrom(cell.widget);
    bar.state |= QStyle::State_Horizontal;
    bar.rect = cell.rect.adjusted(3, 2, -3, -2);
    bar.minimum = 0;
    bar.maximum = 1000;
    bar.progress = thousandths.toInt();
    bar.text = tr("%1 %").arg(thousandths.toInt() / 10);
    bar.textVisible = true;
    bar.textAlignment = Qt::AlignCenter;
    style->drawControl(QStyle::CE_ProgressBar, &bar, painter, cell.widget);
}

} // namespace condaoci::ui
