// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "ui/dialogs/transferdialog.h"

#include "core/base/text.h"
#include "ui/transfers/jobsmodel.h"
#include "ui/widgets/elidedlabel.h"
#include "ui/widgets/icons.h"
#include "ui/widgets/texts.h"

#include <QDialogButtonBox>
#include <QLabel>
#include <QLocale>
#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>

namespace condaoci::ui {

namespace {

constexpr int rowsShown = 6;

} // namespace

TransferDialog::TransferDialog(Workspace& workspace, Transfer* transfer, QWidget* parent)
    : QDialog(parent)
    , m_workspace(workspace)
    , m_transfer(transfer)
{
    setObjectName(QStringLiteral("transferDialog"));
    setWindowTitle(tr("Transfer"));
    build();
    connect(transfer, &Transfer::stateChanged, this, &TransferDialog::refresh);
    connect(transfer, &Transfer::totalsChanged, this, &TransferDialog::refresh);
    connect(transfer, &QObject::destroyed, this, &QDialog::close);
    connect(transfer, &Transfer::filesChanged, this, [this](const std::vector<mirror::FileUpdate>& updates) {
        for (const mirror::FileUpdate& update : updates) {
            if (update.state == mirror::FileOutcome::State::Running)
                m_inFlight.insert(update.file);
            else
                m_inFlight.erase(update.file);
        }
        refreshRows();
    });
    refresh();
}

void TransferDialog::build()
{
    m_title = new ElidedLabel(oneLine(m_transfer->title(), 500));
    m_total = new QProgressBar;
    m_total->setObjectName(QStringLiteral("total"));
    m_total->setAccessibleName(tr("Progress of the whole transfer"));
    m_figures = new QLabel;
    m_figures->setObjectName(QStringLiteral("figures"));
    m_figures->setTextFormat(Qt::PlainText);
    m_figures->setWordWrap(true);
    auto* column = new QVBoxLayout(this);
    column->addWidget(m_title);
    column->addWidget(m_total);
    column->addWidget(m_figures);
    auto* grid = new QGridLayout;
    grid->setColumnStretch(0, 3);
    grid->setColumnStretch(1, 2);
    for (int i = 0; i < rowsShown; ++i) {
        const Row row{new ElidedLabel, new QProgressBar};
        row.bar->setRange(0, 1000);
        row.bar->setMaximumHeight(fontMetrics().height() + 2);
        QSizePolicy keepsRoom = row.bar->sizePolicy();
        keepsRoom.setRetainSizeWhenHidden(true); // or the dialog would jump with every package
        row.bar->setSizePolicy(keepsRoom);
        grid->addWidget(row.name, i, 0);
        grid->addWidget(row.bar, i, 1);
        m_rows.append(row);
    }
    column->addLayout(grid);
    column->addStretch();
    auto* buttons = new QDialogButtonBox;
    const auto add = [&](const char* name, const char* iconName, const QString& text) {
        auto* button = buttons->addButton(text, QDialogButtonBox::ActionRole);
        button->setObjectName(QLatin1String(name));
        button->setIcon(icon(iconName));
        return button;
    };
    m_retry = add("retry", "view-refresh", tr("Retry &Failed"));
    m_details = add("details", "view-list-details", tr("&Details"));
    m_stop = add("stop", "media-playback-stop", tr("S&top"));
    m_background = buttons->addButton(tr("Run in &Background"), QDialogButtonBox::AcceptRole);
    m_background->setObjectName(QStringLiteral("background"));
    column->addWidget(buttons);
    connect(m_background, &QPushButton::clicked, this, &QDialog::close);
    connect(m_stop, &QPushButton::clicked, this, [this] { m_transfer->stop(); });
    connect(m_details, &QPushButton::clicked, this, [this] {
        Q_EMIT detailsWanted(m_transfer);
        close();
    });
    connect(m_retry, &QPushButton::clicked, this, [this] {
        if (auto started = m_workspace.transfers().retryFailed(*m_transfer); started)
            Q_EMIT detailsWanted(*started);
        close();
    });
    resize(560, 320);
    m_background->setDefault(true);
}

void TransferDialog::refresh()
{
    if (!m_transfer)
        return;
    const bool running = m_transfer->isRunning();
    const QLocale locale;
    const mirror::Totals& totals = m_transfer->totals();
    m_total->setRange(0, running && !m_transfer->plan() ? 0 : 1000);
    m_total->setValue(thousandthsDone(*m_transfer));
    QStringList parts{m_transfer->stateText()};
    if (running && m_transfer->plan()) {
        parts.append((totals.files == 1 ? tr("%1 of %2 package") : tr("%1 of %2 packages"))
                         .arg(locale.toString(totals.filesDone), locale.toString(totals.files)));
        parts.append(tr("%1/s").arg(shownSize(m_transfer->speed())));
        if (m_transfer->secondsLeft() >= 0)
            parts.append(tr("%1 left").arg(shownDuration(m_transfer->secondsLeft())));
    } else if (!running) {
        parts.append(tr("%1 copied (%2), %3 there already")
                         .arg(locale.toString(totals.copied), shownSize(totals.bytesCopied),
                              locale.toString(m_transfer->alreadyThere())));
        if (!m_transfer->error().isEmpty())
            parts.append(oneLine(m_transfer->error()));
        m_inFlight.clear();
        refreshRows();
    }
    m_figures->setText(parts.join(running ? QStringLiteral("  ·  ") : QStringLiteral("\n")));
    m_stop->setVisible(running);
    m_stop->setEnabled(m_transfer->state() != Transfer::State::Stopping);
    m_background->setText(running ? tr("Run in &Background") : tr("&Close"));
    m_retry->setVisible(!running && !m_transfer->failures().empty());
}

void TransferDialog::refreshRows()
{
    auto file = m_inFlight.begin();
    for (const Row& row : std::as_const(m_rows)) {
        const bool used = file != m_inFlight.end() && m_transfer && m_transfer->plan();
        row.bar->setVisible(used);
        if (!used) {
            row.name->setText({});
            continue;
        }
        const auto& record = *m_transfer->plan()->files[*file].record;
        row.name->setText(shown(record.fileName));
        row.bar->setAccessibleName(tr("Progress of %1").arg(row.name->text()));
        const qint64 bytes = m_transfer->files()[*file].bytes;
        row.bar->setValue(record.size > 0 ? static_cast<int>(std::min<qint64>(1000, bytes * 1000 / record.size)) : 0);
        ++file;
    }
}

} // namespace condaoci::ui
