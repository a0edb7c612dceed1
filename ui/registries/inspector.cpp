// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "ui/registries/inspector.h"

#include "core/base/text.h"
#include "core/mirror/layout/naming.h"
#include "core/mirror/packagerepo.h"
#include "ui/registries/askregistry.h"
#include "ui/widgets/elidedlabel.h"
#include "ui/widgets/tables.h"
#include "ui/widgets/texts.h"

#include <QHeaderView>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLabel>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QSplitter>
#include <QTabWidget>
#include <QTableWidget>
#include <QVBoxLayout>

namespace condaoci::ui {

struct Inspector::Package
{
    Result<oci::StoredManifest> stored;
    Result<oci::Manifest> manifest;
    Result<QByteArray> indexJson;
    Result<std::vector<conda::InfoMember>> info;
};

namespace {

constexpr qsizetype longestPreview = 512 * 1024; ///< bytes of a file of info/ that are shown

QTableWidget* table(const char* name, const QString& accessible, const QStringList& columns)
{
    auto* made = new QTableWidget(0, static_cast<int>(columns.size()));
    made->setObjectName(QLatin1String(name));
    made->setAccessibleName(accessible);
    made->setHorizontalHeaderLabels(columns);
    made->setEditTriggers(QAbstractItemView::NoEditTriggers);
    prepareTable(*made);
    return made;
}

void setCell(QTableWidget& table, int row, int column, const QString& text)
{
    auto* item = new QTableWidgetItem(oneLine(text));
    item->setToolTip(plainToolTip(item->text()));
    table.setItem(row, column, item);
}

QString shownJson(const QJsonValue& value)
{
    if (value.isArray())
        return QString::fromUtf8(QJsonDocument(value.toArray()).toJson(QJsonDocument::Compact));
    if (value.isObject())
        return QString::fromUtf8(QJsonDocument(value.toObject()).toJson(QJsonDocument::Compact));
    return value.toVariant().toString();
}

} // namespace

Inspector::Inspector(Workspace& workspace, QWidget* parent)
    : QWidget(parent)
    , m_workspace(workspace)
    , m_title(new ElidedLabel)
    , m_state(new QLabel)
    , m_tabs(new QTabWidget)
    , m_index(table("indexTable", tr("index.json"), {tr("Key"), tr("Value")}))
    , m_files(new QListWidget)
    , m_preview(new QPlainTextEdit)
    , m_layers(table("layersTable", tr("Layers"), {tr("Title"), tr("Size"), tr("Media type"), tr("Digest")}))
{
    setObjectName(QStringLiteral("inspector"));
    QFont font = m_title->font();
    font.setBold(true);
    m_title->setFont(font);
    m_state->setObjectName(QStringLiteral("inspectorState"));
    m_state->setTextFormat(Qt::PlainText);
    m_state->setWordWrap(true);
    m_state->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_state->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_files->setObjectName(QStringLiteral("infoFiles"));
    m_files->setAccessibleName(tr("Files of info/"));
    m_preview->setObjectName(QStringLiteral("infoPreview"));
    m_preview->setAccessibleName(tr("Content of the file"));
    m_preview->setReadOnly(true);
    m_preview->setTabChangesFocus(true);
    m_preview->setLineWrapMode(QPlainTextEdit::NoWrap);
    auto* info = new QSplitter(Qt::Vertical);
    info->addWidget(m_files);
    info->addWidget(m_preview);
    info->setStretchFactor(0, 1);
    info->setStretchFactor(1, 2);
    m_tabs->setObjectName(QStringLiteral("inspectorTabs"));
    m_tabs->setAccessibleName(tr("Parts of the package"));
    m_tabs->addTab(m_index, tr("inde&x.json"));
    m_tabs->addTab(info, tr("i&nfo/"));
    m_tabs->addTab(m_layers, tr("La&yers"));
    auto* column = new QVBoxLayout(this);
    column->addWidget(m_title);
    column->addWidget(m_state);
    column->addWidget(m_tabs, 1);
    connect(m_files, &QListWidget::currentRowChanged, this, &Inspector::showMember);
    show(RegistryTree::Place());
}

void Inspector::show(const RegistryTree::Place& place)
{
    const quint64 asked = ++m_asked;
    m_index->setRowCount(0);
    m_layers->setRowCount(0);
    m_files->clear();
    m_members.clear();
    m_formats.clear();
    m_preview->clear();
    const auto endpoint = oci::parseEndpoint(place.registry);
    const bool isPackage = place.level == RegistryTree::Level::Build && endpoint;
    m_tabs->setVisible(isPackage);
    m_title->setText(isPackage ? place.name + QLatin1Char(' ') + place.build : QString());
    if (!isPackage) {
        m_state->setText(
            tr("Open a registry, a channel, a platform and a package, and choose a build to look into it."));
        return;
    }
    m_state->setText(tr("Reading…"));
    const QString package = place.name + QLatin1Char(':') + place.build;
    askRegistry(
        m_workspace.credentials(), this, *endpoint,
        [channel = mirror::RegistryChannel{*endpoint, place.channel}, subdir = place.subdir, package,
         network = m_workspace.network()](const oci::Authenticator::Lookup& credentials, const std::stop_token&) {
            mirror::PackageRepo repo(channel, subdir, credentials, network());
            Package read{repo.manifest(package), Error{}, Error{}, Error{}};
            if (!read.stored)
                return read;
            read.manifest = oci::Manifest::parse(read.stored->bytes, read.stored->mediaType);
            read.indexJson = repo.indexJson(package);
            read.info = repo.info(package);
            return read;
        },
        [this, asked](const Package& read) {
            if (asked == m_asked)
                fill(read);
        });
}

void Inspector::fill(const Package& package)
{
    if (!package.stored || !package.manifest) {
        m_state->setText(tr("⚠ %1").arg((package.stored ? package.manifest.error() : package.stored.error()).message));
        m_tabs->hide();
        return;
    }
    QStringList lines{tr("Manifest: %1").arg(package.stored->digest.toString())};
    if (!package.info)
        lines.append(tr("⚠ info/: %1").arg(oneLine(package.info.error().message)));
    m_state->setText(lines.join(QLatin1Char('\n')));
    m_layers->setRowCount(static_cast<int>(package.manifest->layers.size()));
    for (int row = 0; row < m_layers->rowCount(); ++row) {
        const oci::Descriptor& layer = package.manifest->layers[static_cast<size_t>(row)];
        setCell(*m_layers, row, 0, layer.title());
        setCell(*m_layers, row, 1, shownSize(layer.size));
        setCell(*m_layers, row, 2, layer.mediaType);
        setCell(*m_layers, row, 3, layer.digest.toString());
    }
    for (const auto format : {conda::Format::Conda, conda::Format::TarBz2}) {
        if (package.manifest->layer(mirror::naming::packageLayer(format)))
            m_formats.push_back(format);
    }
    const QJsonObject index = package.indexJson ? QJsonDocument::fromJson(*package.indexJson).object() : QJsonObject();
    m_index->setRowCount(static_cast<int>(index.size()));
    int row = 0;
    for (auto it = index.begin(); it != index.end(); ++it, ++row) {
        setCell(*m_index, row, 0, it.key());
        setCell(*m_index, row, 1, shownJson(it.value()));
    }
    if (package.info)
        m_members = *package.info;
    int first = -1;
    for (const conda::InfoMember& member : m_members) {
        const QString path = QString::fromUtf8(member.path);
        m_files->addItem(tr("%1 (%2)").arg(oneLine(path, 300), shownSize(member.content.size())));
        if (first < 0 && path.startsWith(QLatin1String("recipe/meta")))
            first = m_files->count() - 1;
    }
    m_files->setCurrentRow(std::max(0, first));
}

void Inspector::showMember(int row)
{
    if (row < 0 || static_cast<size_t>(row) >= m_members.size())
        return m_preview->clear();
    const conda::InfoMember& member = m_members[static_cast<size_t>(row)];
    if (!member.linkTarget.isEmpty())
        return m_preview->setPlainText(tr("A link to %1").arg(oneLine(QString::fromUtf8(member.linkTarget))));
    if (member.content.contains('\0'))
        return m_preview->setPlainText(tr("This file is not text."));
    QString text = QString::fromUtf8(member.content.left(longestPreview));
    if (member.content.size() > longestPreview)
        text += QLatin1Char('\n') + tr("… and so on, %1 in all").arg(shownSize(member.content.size()));
    m_preview->setPlainText(text);
}

} // namespace condaoci::ui
