// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "ui/transfers/transferbar.h"

#include "core/base/text.h"
#include "ui/transfers/jobsmodel.h"
#include "ui/transfers/transfers.h"
#include "ui/widgets/elidedlabel.h"
#include "ui/widgets/icons.h"
#include "ui/widgets/texts.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QProgressBar>
#include <QPushButton>

namespace condaoci::ui {

namespace {

QString figures(const Transfer& transfer)
{
    const QLocale locale;
    const mirror::Totals& totals = transfer.totals();
    if (transfer.state() != Transfer::State::Copying || totals.files == 0)
        return transfer.stateText();
    QStringList parts{(totals.files == 1 ? TransferBar::tr("%1 of %2 package") : TransferBar::tr("%1 of %2 packages"))
                          .arg(locale.toString(totals.filesDone), locale.toString(totals.files)),
                      TransferBar::tr("%1/s").arg(shownSize(transfer.speed()))};
    const qint64 left = transfer.secondsLeft();
    if (left >= 120)
        parts.append(TransferBar::tr("%n minute(s) left", nullptr, static_cast<int>((left + 59) / 60)));
    else if (left >= 0)
        parts.append(TransferBar::tr("%n second(s) left", nullptr, static_cast<int>(left)));
    return parts.join(QStringLiteral("  ·  "));
}

} // namespace

TransferBar::TransferBar(Transfers& transfers, QWidget* parent)
    : QWidget(parent)
    , m_transfers(transfers)
    , m_title(new ElidedLabel)
    , m_bar(new QProgressBar)
    , m_figures(new QLabel)
    , m_details(new QPushButton(tr("&Details")))
    , m_stop(new QPushButton(icon("media-playback-stop"), tr("S&top")))
{
    setObjectName(QStringLiteral("transferBar"));
    m_bar->setObjectName(QStringLiteral("transferProgress"));
    m_bar->setAccessibleName(tr("Progress of the transfer"));
    m_bar->setMinimumWidth(120);
    m_figures->setTextFormat(Qt::PlainText);
    m_details->setObjectName(QStringLiteral("transferDetails"));
    m_stop->setObjectName(QStringLiteral("transferStop"));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(8, 4, 8, 4);
    row->addWidget(m_title, 2);
    row->addWidget(m_bar, 2);
    row->addWidget(m_figures, 0);
    row->addWidget(m_details);
    row->addWidget(m_stop);
    connect(m_details, &QPushButton::clicked, this, [this] {
        if (m_shown)
            Q_EMIT detailsWanted(m_shown);
    });
    connect(m_stop, &QPushButton::clicked, this, [this] {
        if (m_shown)
            m_shown->stop();
    });
    connect(&m_transfers, &Transfers::added, this, &TransferBar::update);
    connect(&m_transfers, &Transfers::changed, this, &TransferBar::update);
    connect(&m_transfers, &Transfers::removed, this, &TransferBar::update);
    update();
}

void TransferBar::update()
{
    m_shown = nullptr;
    for (int i = m_transfers.count() - 1; i >= 0 && !m_shown; --i) {
        if (m_transfers.at(i)->isRunning())
            m_shown = m_transfers.at(i);
    }
    setVisible(m_shown);
    if (!m_shown)
        return;
    m_title->setText(oneLine(m_shown->title(), 500));
    m_bar->setRange(0, m_shown->plan() ? 1000 : 0);
    m_bar->setValue(thousandthsDone(*m_shown));
    m_figures->setText(figures(*m_shown));
    m_stop->setEnabled(m_shown->state() != Transfer::State::Stopping);
}

} // namespace condaoci::ui
