// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
// screenshots FOLDER: pictures of every view and dialog, empty, full and failing, light and dark, to be looked at.
#include "tests/ui/program.h"
#include "ui/dialogs/aboutdialog.h"
#include "ui/dialogs/credentialsdialog.h"
#include "ui/dialogs/preferencesdialog.h"
#include "ui/dialogs/transferdialog.h"
#include "ui/mainwindow.h"
#include "ui/transfers/transfers.h"
#include "ui/translations.h"
#include "ui/widgets/style.h"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QAction>
#include <QApplication>
#include <QComboBox>
#include <QDialog>
#include <QDir>
#include <QLabel>
#include <QLineEdit>
#include <QStyleFactory>
#include <QTableView>
#include <QTableWidget>
#include <QTemporaryDir>
#include <QTest>
#include <QTreeView>

using namespace condaoci;
using test::child;
using ui::MainWindow;

namespace {

QPalette darkPalette()
{
    QPalette dark(QColor(45, 48, 52));
    dark.setColor(QPalette::Base, QColor(30, 32, 35));
    dark.setColor(QPalette::AlternateBase, QColor(38, 40, 44));
    dark.setColor(QPalette::Text, QColor(235, 235, 235));
    dark.setColor(QPalette::WindowText, QColor(235, 235, 235));
    dark.setColor(QPalette::ButtonText, QColor(235, 235, 235));
    dark.setColor(QPalette::PlaceholderText, QColor(150, 150, 150));
    dark.setColor(QPalette::Highlight, QColor(42, 110, 187));
    dark.setColor(QPalette::ToolTipBase, QColor(60, 63, 68));
    dark.setColor(QPalette::ToolTipText, QColor(235, 235, 235));
    for (const auto role : {QPalette::Text, QPalette::WindowText, QPalette::ButtonText})
        dark.setColor(QPalette::Disabled, role, QColor(125, 125, 125));
    return dark;
}

void shoot(QWidget& widget, const QString& path)
{
    QTest::qWait(250);
    if (!widget.grab().save(path))
        qFatal("%s was not written", qPrintable(path));
}

/// The first path down the tree.
void openTree(QTreeView& tree)
{
    QModelIndex index = tree.model()->index(0, 0);
    for (int level = 0; level < 4 && index.isValid(); ++level) {
        tree.expand(index);
        (void)QTest::qWaitFor([&] { return tree.model()->rowCount(index) > 0; });
        index = tree.model()->index(0, 0, index);
    }
    tree.setCurrentIndex(index);
    QTest::qWait(500);
}

void pull(ui::Workspace& workspace, const QString& registry, const QString& folder)
{
    mirror::CopyRequest request;
    request.verb = mirror::CopyRequest::Verb::PullCache;
    request.channel = QStringLiteral("sample-channel");
    request.registry = registry;
    request.cacheDirectory = folder;
    request.allVersions = true;
    request.subdirs = QStringList{QStringLiteral("linux-64"), QStringLiteral("noarch")};
    auto* transfer = workspace.transfers().start(request);
    (void)QTest::qWaitFor([&] { return !transfer->isRunning(); }, 20000);
    workspace.addCache(folder);
}

void takeAll(const QString& out)
{
    QTemporaryDir folder;
    QDir().mkpath(out);
    ui::Workspace workspace(folder.path() + QStringLiteral("/data"), test::credentials().functions());
    MainWindow window(workspace);
    window.resize(1280, 720);
    window.show();
    (void)QTest::qWaitForWindowExposed(&window);
    shoot(window, out + QStringLiteral("/first-start.png"));
    for (const auto& [view, name] : {std::pair{MainWindow::Channels, "channels"},
                                     {MainWindow::Registries, "registries"},
                                     {MainWindow::Cache, "cache"},
                                     {MainWindow::TransfersView, "transfers"}}) {
        window.showView(view);
        shoot(window, out + QStringLiteral("/%1-empty.png").arg(QLatin1String(name)));
    }
    window.tryIt();
    (void)QTest::qWaitFor([&] { return workspace.transfers().count() == 1 && !workspace.transfers().isAnyRunning(); },
                          20000);
    const QString layout = workspace.registries().constFirst().text;
    pull(workspace, layout, folder.path() + QStringLiteral("/cache"));

    window.showView(MainWindow::Channels);
    auto* records = child<QTableView>(window, "records");
    (void)QTest::qWaitFor([&] { return records->model()->rowCount() > 0; });
    auto* compare = child<QComboBox>(window, "compareBox");
    compare->setCurrentIndex(1);
    Q_EMIT compare->activated(1);
    auto* look = child<QAction>(window, "lookInside");
    (void)QTest::qWaitFor([&] {
        records->setCurrentIndex(records->model()->index(1, 0)); // what is compared now may come in between
        return look->isEnabled();
    });
    QTest::keyClick(records, Qt::Key_Space);
    shoot(window, out + QStringLiteral("/channels.png"));
    if (look->isEnabled()) {
        look->trigger();
        auto* inside = child<QDialog>(window, "lookInsideDialog");
        (void)QTest::qWaitFor([&] { return child<QTableWidget>(*inside, "indexTable")->rowCount() > 0; });
        shoot(*inside, out + QStringLiteral("/look-inside.png"));
        inside->close();
    } else {
        qWarning("the package is not in the registry that is compared with");
    }
    auto* channels = child<QComboBox>(window, "channelBox");
    channels->showPopup();
    shoot(*channels->view()->window(), out + QStringLiteral("/channel-list.png"));
    channels->hidePopup();
    child<QLineEdit>(window, "filter")->setText(QStringLiteral("nothing-like-it"));
    (void)QTest::qWaitFor([&] { return records->model()->rowCount() == 0; });
    shoot(window, out + QStringLiteral("/channels-nothing.png"));
    child<QLineEdit>(window, "filter")->setText(QStringLiteral("hello-conda>="));
    shoot(window, out + QStringLiteral("/channels-bad-filter.png"));
    child<QLineEdit>(window, "filter")->clear();

    window.showView(MainWindow::Registries);
    openTree(*child<QTreeView>(window, "registryTree"));
    shoot(window, out + QStringLiteral("/registries.png"));

    window.showView(MainWindow::Cache);
    QTest::qWait(400);
    QFile damaged(folder.path() + QStringLiteral("/cache/sample-channel/noarch/sample-data-2024.1-0.conda"));
    if (damaged.open(QIODevice::ReadWrite) && damaged.seek(100)) {
        damaged.write("damaged");
        damaged.close();
    }
    QTest::keyClick(child<QTableView>(window, "cacheFiles"), Qt::Key_Return, Qt::ControlModifier);
    QTest::qWait(400);
    shoot(window, out + QStringLiteral("/cache.png"));

    mirror::CopyRequest failing;
    failing.verb = mirror::CopyRequest::Verb::PushCache;
    failing.channel = QStringLiteral("sample-channel");
    failing.cacheDirectory = folder.path() + QStringLiteral("/cache");
    failing.registry = QStringLiteral("oci-layout:") + folder.path() + QStringLiteral("/second");
    failing.subdirs = QStringList{QStringLiteral("noarch")};
    workspace.transfers().start(failing);
    mirror::CopyRequest unreachable = failing;
    unreachable.registry = QStringLiteral("http://127.0.0.1:9/org");
    workspace.transfers().start(unreachable);
    (void)QTest::qWaitFor([&] { return !workspace.transfers().isAnyRunning(); }, 60000);
    window.showView(MainWindow::TransfersView);
    shoot(window, out + QStringLiteral("/transfers.png"));

    mirror::CopyRequest request;
    request.channel = workspace.channels().constFirst().text;
    request.registry = QStringLiteral("oci-layout:") + folder.path() + QStringLiteral("/new");
    request.subdirs = QStringList{QStringLiteral("linux-64"), QStringLiteral("noarch")};
    window.openCopyDialog(request);
    auto* copy = child<QDialog>(window, "copyDialog");
    shoot(*copy, out + QStringLiteral("/mirror-dialog.png"));
    child<QAbstractButton>(*copy, "preview")->click();
    QTest::qWait(800);
    shoot(*copy, out + QStringLiteral("/mirror-dialog-preview.png"));
    child<QAbstractButton>(*copy, "foldOptions")->click();
    shoot(*copy, out + QStringLiteral("/mirror-dialog-options.png"));
    delete copy;
    request.verb = mirror::CopyRequest::Verb::PullCache;
    request.channel = QStringLiteral("sample-channel");
    request.registry = layout;
    request.cacheDirectory = folder.path() + QStringLiteral("/cache");
    window.openCopyDialog(request);
    copy = child<QDialog>(window, "copyDialog");
    child<QAbstractButton>(*copy, "foldOptions")->click();
    shoot(*copy, out + QStringLiteral("/pull-dialog-options.png"));
    copy->close();

    ui::CredentialsDialog sign(workspace, QStringLiteral("ghcr.io/myorg"), &window);
    sign.show();
    shoot(sign, out + QStringLiteral("/credentials.png"));
    sign.close();
    ui::PreferencesDialog preferences(workspace, &window);
    preferences.show();
    shoot(preferences, out + QStringLiteral("/preferences.png"));
    preferences.close();
    ui::AboutDialog about(&window);
    about.show();
    shoot(about, out + QStringLiteral("/about.png"));
    about.close();
    ui::TransferDialog transfer(workspace, workspace.transfers().at(0), &window);
    transfer.show();
    shoot(transfer, out + QStringLiteral("/transfer-dialog.png"));
}

} // namespace

int main(int argc, char** argv)
{
    QApplication qt(argc, argv);
    QApplication::setApplicationName(QStringLiteral("conda-oci-mirror"));
    QApplication::setApplicationVersion(QStringLiteral("0.1.0"));
    QApplication::setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
    ui::installStyle();
    if (argc < 2)
        return 2;
    const QString out = QString::fromLocal8Bit(argv[1]);
    ui::installTranslators(qt, QStringLiteral("en"));
    const QPalette light = QApplication::palette();
    takeAll(out + QStringLiteral("/light"));
    QApplication::setPalette(darkPalette());
    takeAll(out + QStringLiteral("/dark"));
    QApplication::setPalette(light);
    ui::installTranslators(qt, QStringLiteral("de"));
    takeAll(out + QStringLiteral("/german"));
    ui::installTranslators(qt, QStringLiteral("qps"));
    takeAll(out + QStringLiteral("/right-to-left"));
    return 0;
}
