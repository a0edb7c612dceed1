// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
// The fields of the Mirror, Pull and Push dialogs; what they do is in copydialog.cpp.
#include "core/mirror/copy/copyjob.h"
#include "ui/dialogs/copydialog.h"
#include "ui/dialogs/planmodel.h"
#include "ui/widgets/deliberate.h"
#include "ui/widgets/icons.h"
#include "ui/widgets/tables.h"

#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QFileDialog>
#include <QFormLayout>
#include <QGuiApplication>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QSpinBox>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>

namespace condaoci::ui {

using Verb = mirror::CopyRequest::Verb;

namespace {

QComboBox* places(const char* name, const QStringList& known, const QString& current, const QString& hint)
{
    auto* box = new QComboBox;
    box->setObjectName(QLatin1String(name));
    box->setEditable(true);
    box->setInsertPolicy(QComboBox::NoInsert);
    box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    box->setMinimumContentsLength(30);
    box->addItems(known);
    box->setEditText(current);
    box->lineEdit()->setCursorPosition(0); // where it is longer than the field, its beginning is seen
    box->lineEdit()->setPlaceholderText(hint);
    return box;
}

QCheckBox* option(QVBoxLayout& column, const char* name, const QString& text, const QString& explanation)
{
    auto* box = new QCheckBox(text);
    box->setObjectName(QLatin1String(name));
    box->setToolTip(explanation);
    box->setAccessibleDescription(explanation);
    column.addWidget(box);
    return box;
}

} // namespace

CopyDialog::CopyDialog(Workspace& workspace, const mirror::CopyRequest& request, QWidget* parent)
    : QDialog(parent)
    , m_workspace(workspace)
    , m_base(request)
{
    setObjectName(QStringLiteral("copyDialog"));
    setAcceptDrops(true);
    setWindowTitle(request.verb == Verb::Mirror      ? tr("Mirror a channel into a registry")
                   : request.verb == Verb::PullCache ? tr("Pull packages from a registry")
                                                     : tr("Push packages to a registry"));
    auto* form = new QFormLayout;
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    buildPlaces(*form);
    buildPlatforms(*form);
    buildPackages(*form);
    buildLockFiles(*form);
    buildOptions(*form);
    auto* column = new QVBoxLayout(this);
    column->addLayout(form);
    buildPreview();
    column->addWidget(m_busy);
    column->addWidget(m_message);
    column->addWidget(m_plan, 1);
    column->addStretch(); // takes the room of the plan while there is none
    buildButtons();
    fill(request);
    resize(680, 520);
    restoreGeometry(m_workspace.state().bytes(QStringLiteral("copy/geometry")));
}

void CopyDialog::buildPlaces(QFormLayout& form)
{
    QStringList channels;
    for (const auto& channel : m_workspace.channels())
        channels.append(channel.text);
    QStringList registries;
    for (const auto& registry : m_workspace.registries()) {
        registries.append(registry.text);
        if (m_base.verb != Verb::Mirror)
            channels += registry.channels;
    }
    channels.removeDuplicates();
    m_channel = places("channel", channels, m_base.channel, tr("conda-forge, a URL, or a folder"));
    m_registry = places("registry", registries, m_base.registry, tr("ghcr.io/myorg or oci-layout:FOLDER"));
    m_cache = places("cache", m_workspace.caches(), m_base.cacheDirectory, tr("A folder on this computer"));
    auto* browse = new QToolButton;
    browse->setObjectName(QStringLiteral("browseCache"));
    browse->setIcon(icon("folder-open"));
    browse->setToolTip(tr("Choose a folder"));
    browse->setAccessibleName(tr("Choose a folder"));
    connect(browse, &QToolButton::clicked, this, [this] {
        auto* dialog = new QFileDialog(this, tr("Choose a folder"), m_cache->currentText());
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        dialog->setFileMode(QFileDialog::Directory);
        connect(dialog, &QFileDialog::fileSelected, m_cache, &QComboBox::setEditText);
        dialog->open();
    });
    auto* cacheRow = new QWidget;
    auto* row = new QHBoxLayout(cacheRow);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(m_cache, 1);
    row->addWidget(browse);
    const auto add = [&form](const QString& text, QWidget* field, QWidget* buddy) {
        auto* label = new QLabel(text);
        label->setBuddy(buddy);
        form.addRow(label, field);
    };
    m_cache->setAccessibleName(tr("Cache folder"));
    switch (m_base.verb) {
    case Verb::PullCache:
        add(tr("From &registry"), m_registry, m_registry);
        add(tr("C&hannel"), m_channel, m_channel);
        add(tr("Into cache &folder"), cacheRow, m_cache);
        break;
    case Verb::PushCache:
        add(tr("From cache &folder"), cacheRow, m_cache);
        add(tr("C&hannel"), m_channel, m_channel);
        add(tr("To &registry"), m_registry, m_registry);
        break;
    default:
        add(tr("From c&hannel"), m_channel, m_channel);
        add(tr("To &registry"), m_registry, m_registry);
        cacheRow->setParent(this);
        cacheRow->hide();
        break;
    }
    for (QComboBox* box : {m_channel, m_registry, m_cache})
        connect(box, &QComboBox::editTextChanged, this, [this] { changed(); });
}

void CopyDialog::buildPlatforms(QFormLayout& form)
{
    auto* platforms = new QWidget;
    platforms->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    auto* grid = new QGridLayout(platforms);
    grid->setContentsMargins(0, 0, 0, 0);
    int n = 0;
    for (const QString& subdir : conda::defaultSubdirs()) {
        auto* box = new QCheckBox(subdir);
        box->setObjectName(QStringLiteral("subdir-") + subdir);
        box->setAccessibleName(tr("Platform %1").arg(subdir));
        grid->addWidget(box, n / 4, n % 4);
        m_subdirs.append(box);
        connect(box, &QCheckBox::toggled, this, &CopyDialog::subdirsTouched);
        ++n;
    }
    m_otherSubdirs = new QLineEdit;
    m_otherSubdirs->setObjectName(QStringLiteral("otherSubdirs"));
    m_otherSubdirs->setAccessibleName(tr("Other platforms"));
    m_otherSubdirs->setPlaceholderText(tr("others"));
    grid->addWidget(m_otherSubdirs, n / 4, n % 4);
    auto* platformLabel = new QLabel(tr("&Platforms"));
    platformLabel->setBuddy(m_subdirs.constFirst());
    form.addRow(platformLabel, platforms);

    connect(m_otherSubdirs, &QLineEdit::textChanged, this, &CopyDialog::subdirsTouched);
}

void CopyDialog::buildPackages(QFormLayout& form)
{
    m_packages = new QPlainTextEdit;
    m_packages->setObjectName(QStringLiteral("packages"));
    m_packages->setAccessibleName(tr("Packages"));
    m_packages->setTabChangesFocus(true);
    m_packages->setPlaceholderText(
        tr("All packages. Or one a line: zlib, py*, numpy>=1.26,<2, python=3.12.*=*_cpython"));
    m_packages->setFixedHeight(m_packages->fontMetrics().lineSpacing() * 3 + 14);
    auto* packagesLabel = new QLabel(tr("Pac&kages"));
    packagesLabel->setBuddy(m_packages);
    form.addRow(packagesLabel, m_packages);

    connect(m_packages, &QPlainTextEdit::textChanged, this, [this] { changed(); });
}

void CopyDialog::buildLockFiles(QFormLayout& form)
{
    m_lockArea = new QWidget;
    auto* lockColumn = new QVBoxLayout(m_lockArea);
    lockColumn->setContentsMargins(0, 0, 0, 0);
    m_lockFiles = new QListWidget;
    m_lockFiles->setObjectName(QStringLiteral("lockFiles"));
    m_lockFiles->setAccessibleName(tr("Lock files"));
    m_lockFiles->setTextElideMode(Qt::ElideMiddle);
    m_lockFiles->setFixedHeight(m_lockFiles->fontMetrics().lineSpacing() * 3 + 8);
    m_lockSummary = new QLabel;
    m_lockSummary->setObjectName(QStringLiteral("lockSummary"));
    m_lockSummary->setTextFormat(Qt::PlainText);
    m_lockSummary->setWordWrap(true);
    lockColumn->addWidget(m_lockFiles);
    lockColumn->addWidget(m_lockSummary);
    auto* addFile = new QPushButton(icon("folder-open"), tr("&Lock File…"));
    addFile->setObjectName(QStringLiteral("addLockFile"));
    addFile->setToolTip(
        tr("Exactly what a pixi.lock, conda-lock.yml or @EXPLICIT list names; it can be dropped here, too"));
    auto* removeFile = new QPushButton(icon("list-remove"), tr("Remo&ve"));
    removeFile->setObjectName(QStringLiteral("removeLockFile"));
    removeFile->setAccessibleName(tr("Remove the lock file"));
    onlyOnPurpose(*removeFile);
    auto* fileButtons = new QHBoxLayout;
    fileButtons->addWidget(addFile);
    fileButtons->addWidget(removeFile);
    fileButtons->addStretch();
    auto* exact = new QVBoxLayout; // one row, since a form leaves room for a hidden one
    exact->addWidget(m_lockArea);
    exact->addLayout(fileButtons);
    form.addRow(new QLabel, exact);
    removeFile->setEnabled(false);
    connect(m_lockFiles->model(), &QAbstractItemModel::rowsInserted, removeFile,
            [removeFile] { removeFile->setEnabled(true); });
    connect(addFile, &QPushButton::clicked, this, [this] {
        auto* dialog = new QFileDialog(this, tr("Open a lock file"));
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        dialog->setFileMode(QFileDialog::ExistingFiles);
        connect(dialog, &QFileDialog::filesSelected, this, &CopyDialog::addLockFiles);
        dialog->open();
    });
    connect(removeFile, &QPushButton::clicked, this, [this, removeFile] {
        delete m_lockFiles->takeItem(std::max(0, m_lockFiles->currentRow()));
        removeFile->setEnabled(m_lockFiles->count() > 0);
        readLockFiles();
    });
}

void CopyDialog::buildOptions(QFormLayout& form)
{
    m_fold = new QToolButton;
    m_fold->setObjectName(QStringLiteral("foldOptions"));
    m_fold->setText(tr("&Options"));
    m_fold->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_fold->setArrowType(Qt::RightArrow);
    m_fold->setCheckable(true);
    m_fold->setAutoRaise(true);
    m_options = new QWidget;
    m_options->setVisible(false);
    auto* column = new QVBoxLayout(m_options);
    column->setContentsMargins(0, 0, 0, 0);
    m_dependencies = option(*column, "dependencies", tr("And everything that the &selection depends on"),
                            tr("Transitively, within the chosen platforms and noarch"));
    m_yanked = option(*column, "yanked", tr("Packages that were removed from the channel's &index, too"),
                      tr("They are copied, and are not in the mirror's index"));
    m_fullIndex = option(*column, "fullIndex", tr("Publish the channel's whole inde&x"),
                         tr("Also the records of packages that are not in the registry, as the Python tool did"));
    m_allVersions = option(*column, "allVersions", tr("&All versions"),
                           tr("Otherwise of each name the newest version, of it the highest build number"));
    m_everything = option(*column, "everything", tr("&Every package, whatever an index lists"),
                          tr("Otherwise what the registry's index lacks"));
    m_deep = option(*column, "deep", tr("&Believe no index"), tr("Ask the registry for each planned package"));
    m_allowShrink =
        option(*column, "allowShrink", tr("Publish an ind&ex that has lost most of its packages"),
               tr("Otherwise an index that lost everything, or more than half and over 100 of its packages, "
                  "is left as it is in the destination"));
    m_allowShrink->setVisible(m_base.verb != Verb::PushCache);
    m_adopt = option(*column, "adopt", tr("Replace a mirror of another channel (a&dopt it)"),
                     tr("Otherwise a mirror under this name that was made from another channel is left as it is"));
    m_adopt->setVisible(m_base.verb == Verb::Mirror);
    m_trustFiles =
        option(*column, "trustFiles", tr("Trust rebuilt files"),
               tr("Otherwise files with other bytes than an index lists under their names count as damaged"));
    m_trustFiles->setVisible(m_base.verb == Verb::PushCache);
    m_strict = option(*column, "strict", tr("Strict: a build that no registr&y can hold counts as failed"),
                      tr("Otherwise it is noted and left out"));
    m_yanked->setVisible(m_base.verb == Verb::Mirror);
    m_fullIndex->setVisible(m_base.verb == Verb::Mirror);
    m_allVersions->setVisible(m_base.verb == Verb::PullCache);
    m_everything->setVisible(m_base.verb == Verb::PushCache);
    auto* row = new QFormLayout;
    m_as = new QLineEdit;
    m_as->setObjectName(QStringLiteral("as"));
    m_as->setPlaceholderText(tr("as the channel itself"));
    row->addRow(tr("&Name there"), m_as);
    m_workers = new QSpinBox;
    m_workers->setObjectName(QStringLiteral("workers"));
    m_workers->setRange(1, 64);
    row->addRow(tr("Packages at a &time"), m_workers);
    column->addLayout(row);
    form.addRow(m_fold);
    form.addRow(m_options);
    connect(m_fold, &QToolButton::toggled, this, [this](bool open) {
        m_fold->setArrowType(open ? Qt::DownArrow : Qt::RightArrow);
        m_options->setVisible(open);
    });
    for (QCheckBox* box : {m_dependencies, m_deep, m_allowShrink, m_adopt, m_trustFiles, m_strict, m_yanked,
                           m_fullIndex, m_allVersions, m_everything})
        connect(box, &QCheckBox::toggled, this, [this] { changed(); });
    connect(m_as, &QLineEdit::textChanged, this, [this] { changed(); });
}

void CopyDialog::buildPreview()
{
    m_busy = new QProgressBar;
    m_busy->setObjectName(QStringLiteral("busy"));
    m_busy->setAccessibleName(tr("Reading indexes"));
    m_busy->setRange(0, 0);
    m_busy->setTextVisible(false);
    m_busy->setFixedHeight(6);
    m_message = new QLabel;
    m_message->setObjectName(QStringLiteral("message"));
    m_message->setTextFormat(Qt::PlainText);
    m_message->setWordWrap(true);
    m_message->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_planModel = new PlanModel(this);
    m_plan = new QTableView;
    m_plan->setObjectName(QStringLiteral("plan"));
    m_plan->setAccessibleName(tr("What would happen"));
    m_plan->setModel(m_planModel);
    prepareTable(*m_plan);
    m_plan->setMinimumHeight(120);
    m_plan->setColumnWidth(PlanModel::Package, 300);
}

void CopyDialog::buildButtons()
{
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
    m_start = buttons->addButton(m_base.verb == Verb::Mirror      ? tr("&Mirror")
                                 : m_base.verb == Verb::PullCache ? tr("P&ull")
                                                                  : tr("P&ush"),
                                 QDialogButtonBox::AcceptRole);
    m_start->setObjectName(QStringLiteral("start"));
    m_preview = buttons->addButton(tr("Previe&w"), QDialogButtonBox::ActionRole);
    m_preview->setObjectName(QStringLiteral("preview"));
    m_preview->setToolTip(tr("Show what would happen; reads indexes only and writes nothing"));
    QPushButton* copy = buttons->addButton(tr("&Copy as Command Line"), QDialogButtonBox::ActionRole);
    copy->setObjectName(QStringLiteral("copyCommandLine"));
    copy->setIcon(icon("utilities-terminal"));
    m_signIn = buttons->addButton(tr("Si&gn In…"), QDialogButtonBox::ActionRole);
    m_signIn->setObjectName(QStringLiteral("signIn"));
    m_signIn->hide();
    layout()->addWidget(buttons);
    m_start->setDefault(true);
    // Not the box's own accepted(): what was typed is checked first.
    connect(m_start, &QPushButton::clicked, this, &CopyDialog::start);
    connect(m_preview, &QPushButton::clicked, this, &CopyDialog::preview);
    connect(m_signIn, &QPushButton::clicked, this, [this] { Q_EMIT signInWanted(m_registry->currentText()); });
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(copy, &QPushButton::clicked, this, [this] {
        keepSelections();
        QGuiApplication::clipboard()->setText(mirror::shellCommand(mirror::commandLine(request())));
        const QString words = tr("The command line is in the clipboard.");
        const QString before = m_message->text(); // what a preview says stays
        if (!before.endsWith(words))
            say(before.isEmpty() ? words : before + QLatin1Char('\n') + words, false);
    });
}

void CopyDialog::fill(const mirror::CopyRequest& request)
{
    // What lock files name is known when they have been read.
    chooseSubdirs(request.subdirs.isEmpty() && request.lockFiles.isEmpty() ? conda::defaultSubdirs() : request.subdirs);
    m_areSubdirsOffered = request.subdirs.isEmpty();
    m_packages->setPlainText(request.packages.join(QLatin1Char('\n')));
    m_dependencies->setChecked(request.withDependencies);
    m_deep->setChecked(request.deep);
    m_allowShrink->setChecked(request.allowShrink);
    m_adopt->setChecked(request.adopt);
    m_trustFiles->setChecked(request.trustFiles);
    m_strict->setChecked(request.strict);
    m_yanked->setChecked(request.yanked);
    m_fullIndex->setChecked(request.fullIndex);
    m_allVersions->setChecked(request.allVersions);
    m_everything->setChecked(request.everything);
    m_as->setText(request.as);
    m_workers->setValue(request.workers);
    // What differs from the usual is seen.
    const mirror::CopyRequest usual;
    m_fold->setChecked(std::tie(request.withDependencies, request.deep, request.allowShrink, request.adopt,
                                request.trustFiles, request.strict, request.yanked, request.fullIndex,
                                request.allVersions, request.everything, request.as) !=
                       std::tie(usual.withDependencies, usual.deep, usual.allowShrink, usual.adopt, usual.trustFiles,
                                usual.strict, usual.yanked, usual.fullIndex, usual.allVersions, usual.everything,
                                usual.as));
    m_lockArea->hide();
    m_busy->hide();
    m_plan->hide();
    m_message->hide();
    if (!request.lockFiles.isEmpty())
        addLockFiles(request.lockFiles);
}

void CopyDialog::chooseSubdirs(const QStringList& subdirs)
{
    QStringList others;
    for (const QString& subdir : subdirs) {
        if (!conda::defaultSubdirs().contains(subdir))
            others.append(subdir);
    }
    for (QCheckBox* box : std::as_const(m_subdirs)) {
        const QSignalBlocker quiet(box);
        box->setChecked(subdirs.contains(box->text()));
    }
    const QSignalBlocker quiet(m_otherSubdirs);
    m_otherSubdirs->setText(others.join(QLatin1Char(' ')));
    m_areSubdirsOffered = true;
}

void CopyDialog::subdirsTouched()
{
    m_areSubdirsOffered = false;
    changed();
}

/// The usual ones in their order, then the others.
QStringList CopyDialog::chosenSubdirs() const
{
    QStringList subdirs;
    for (const QCheckBox* box : m_subdirs) {
        if (box->isChecked())
            subdirs.append(box->text());
    }
    return subdirs + m_otherSubdirs->text().split(QLatin1Char(' '), Qt::SkipEmptyParts);
}

QStringList CopyDialog::lockFiles() const
{
    QStringList paths;
    for (int i = 0; i < m_lockFiles->count(); ++i)
        paths.append(m_lockFiles->item(i)->data(Qt::UserRole).toString());
    return paths;
}

mirror::CopyRequest CopyDialog::request() const
{
    mirror::CopyRequest request = m_base;
    request.channel = m_channel->currentText().trimmed();
    request.registry = m_registry->currentText().trimmed();
    request.cacheDirectory = m_cache->currentText().trimmed();
    request.as = m_as->text().trimmed();
    request.lockFiles = lockFiles();
    request.subdirs = chosenSubdirs();
    // The usual ones and what else the source has, or those that the lock files name. Once a person has chosen, what
    // is ticked is meant, and no more.
    if (m_areSubdirsOffered || (!request.lockFiles.isEmpty() && request.subdirs == m_lockSubdirs))
        request.subdirs.clear();
    request.packages.clear();
    if (request.lockFiles.isEmpty()) {
        for (const QString& line : m_packages->toPlainText().split(QLatin1Char('\n'), Qt::SkipEmptyParts)) {
            if (!line.trimmed().isEmpty())
                request.packages.append(line.trimmed());
        }
    }
    request.withDependencies = m_dependencies->isChecked();
    request.deep = m_deep->isChecked();
    request.allowShrink = m_allowShrink->isChecked();
    request.adopt = m_adopt->isChecked();
    request.trustFiles = m_trustFiles->isChecked();
    request.strict = m_strict->isChecked();
    request.yanked = m_yanked->isChecked();
    request.fullIndex = m_fullIndex->isChecked();
    request.allVersions = m_allVersions->isChecked();
    request.everything = m_everything->isChecked();
    request.workers = m_workers->value();
    return m_workspace.withNetwork(request);
}

} // namespace condaoci::ui
