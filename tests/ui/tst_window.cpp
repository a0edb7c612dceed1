// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "app/gui/openedfiles.h"
#include "tests/paths.h"
#include "tests/support/dockerregistry.h"
#include "tests/ui/program.h"
#include "ui/dialogs/copydialog.h"
#include "ui/mainwindow.h"
#include "ui/transfers/transfers.h"
#include "ui/translations.h"
#include "ui/widgets/elidedlabel.h"
#include "ui/widgets/texts.h"

#include <QAbstractButton>
#include <QAbstractItemModelTester>
#include <QAbstractItemView>
#include <QAccessible>
#include <QAction>
#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QDir>
#include <QDropEvent>
#include <QFileOpenEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMenu>
#include <QMenuBar>
#include <QMessageBox>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QProcess>
#include <QSignalSpy>
#include <QTableView>
#include <QTableWidget>
#include <QTemporaryDir>
#include <QTest>
#include <QTranslator>
#include <QTreeView>

using namespace condaoci;
using test::child;
using test::dialog;
using test::Program;
using ui::MainWindow;

namespace {

const QString source = QStringLiteral(SOURCE_DIR);

} // namespace

class TestWindow : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_folder;
    /// The channels' table with the sample's seven packages in it.
    static QTableView* openSample(Program& program)
    {
        program.window.showView(MainWindow::Channels);
        auto* box = child<QComboBox>(program.window, "channelBox");
        box->setEditText(source + QStringLiteral("/resources/sample-channel"));
        QTest::keyClick(box->lineEdit(), Qt::Key_Return);
        auto* table = child<QTableView>(program.window, "records");
        return QTest::qWaitFor([&] { return table->model()->rowCount() == 7; }) ? table : nullptr;
    }
    QString folder() const { return m_folder.filePath(QString::fromLatin1(QTest::currentTestFunction())); }

private Q_SLOTS:
    void firstStartTriesTheSampleInOneClick()
    {
        Program program(folder());
        auto* tryIt = child<QAbstractButton>(program.window, "tryIt");
        QVERIFY(tryIt && tryIt->isVisible());
        QTest::mouseClick(tryIt, Qt::LeftButton);
        QTRY_VERIFY(program.workspace.transfers().count() == 1);
        auto* transfer = program.workspace.transfers().at(0);
        QTRY_COMPARE(transfer->state(), ui::Transfer::State::Done);
        QCOMPARE(transfer->totals().copied, 7);
        QVERIFY(QFileInfo::exists(folder() + QStringLiteral("/sample-layout/index.json")));
        auto* views = child<QListWidget>(program.window, "views");
        QTRY_COMPARE(views->currentRow(), static_cast<int>(MainWindow::Registries));
        QProcess skopeo;
        skopeo.start(QStringLiteral("skopeo"),
                     {QStringLiteral("inspect"), QStringLiteral("--raw"),
                      QStringLiteral("oci:%1/sample-layout:sample-channel/linux-64/hello-conda:1.0.0-h5a3e0c1_0")
                          .arg(folder())});
        QVERIFY(skopeo.waitForFinished());
        QCOMPARE(skopeo.exitCode(), 0);
    }

    void speaksOtherLanguages()
    {
        const auto before = QApplication::layoutDirection();
        ui::installTranslators(*qApp, QStringLiteral("qps"));
        QApplication::setLayoutDirection(Qt::LayoutDirectionAuto);
        {
            Program program(folder());
            QCOMPARE(program.window.layoutDirection(), Qt::RightToLeft);
            auto* views = child<QListWidget>(program.window, "views");
            QVERIFY(views->item(0)->text() != QStringLiteral("Channels"));
            QVERIFY(program.window.minimumSizeHint().width() <= 1280);
            QVERIFY(program.window.minimumSizeHint().height() <= 720);
        }
        const auto dropTranslators = [] {
            for (QTranslator* translator : qApp->findChildren<QTranslator*>())
                delete translator;
        };
        dropTranslators();
        QApplication::setLayoutDirection(before);
        ui::installTranslators(*qApp, QStringLiteral("de"));
        {
            // What the library says, and numbers, too.
            Program program(folder() + QStringLiteral("2"));
            mirror::CopyRequest request;
            request.channel = folder() + QStringLiteral("/there-is-none");
            request.registry = QStringLiteral("oci-layout:") + folder();
            program.workspace.transfers().start(request);
            auto* strip = child<QLabel>(program.window, "problemText");
            QTRY_VERIFY2(strip->text().contains(QStringLiteral("diesen Ordner gibt es nicht")),
                         qPrintable(strip->text()));
            QCOMPARE(ui::shownSize(1400), QStringLiteral("1,4 kB"));
        }
        dropTranslators();
        ui::installTranslators(*qApp, QStringLiteral("en"));
        QCOMPARE(ui::shownSize(1400), QStringLiteral("1.4 kB"));
    }

    // Each channel has its own platforms and its own registry to compare with.
    void eachChannelHasItsOwnChoices()
    {
        Program program(folder());
        const QString other = folder() + QStringLiteral("/other");
        QVERIFY(QDir().mkpath(other + QStringLiteral("/win-32")));
        QVERIFY(test::writeFile(other + QStringLiteral("/win-32/repodata.json"),
                                R"({"packages":{"a-1-0.tar.bz2":{"name":"a","version":"1","build":"0"}}})"));
        program.workspace.putRegistry({QStringLiteral("oci-layout:") + folder(), {}});
        program.workspace.putChannel({other, {QStringLiteral("win-32")}, QStringLiteral("oci-layout:") + folder()});
        auto* table = openSample(program);
        QVERIFY(table);
        auto* box = child<QComboBox>(program.window, "channelBox");
        box->setEditText(other);
        QTest::keyClick(box->lineEdit(), Qt::Key_Return);
        QTRY_COMPARE(table->model()->rowCount(), 1);
        QCOMPARE(child<QAbstractButton>(program.window, "subdirButton")->text().trimmed(), QStringLiteral("win-32"));
        QCOMPARE(child<QComboBox>(program.window, "compareBox")->currentIndex(), 1);
        box->setEditText(source + QStringLiteral("/resources/sample-channel"));
        QTest::keyClick(box->lineEdit(), Qt::Key_Return);
        QTRY_COMPARE(table->model()->rowCount(), 7);
        QCOMPARE(child<QComboBox>(program.window, "compareBox")->currentIndex(), 0);
        child<QAction>(program.window, "removeChannel")->trigger();
        QTRY_COMPARE(table->model()->rowCount(), 1); // the other, as it was
        QCOMPARE(program.workspace.channels().constFirst().subdirs, QStringList{QStringLiteral("win-32")});
    }

    // A channel that can't be read gets no place in the list; what can't be used of one that can is counted.
    void onlyWhatCanBeReadIsListed()
    {
        Program program(folder());
        program.window.showView(MainWindow::Channels);
        auto* box = child<QComboBox>(program.window, "channelBox");
        const QString channel = folder() + QStringLiteral("/channel");
        box->setEditText(channel);
        QTest::keyClick(box->lineEdit(), Qt::Key_Return);
        auto* message = child<QLabel>(program.window, "channelMessage");
        QTRY_VERIFY2(message->text().contains(QStringLiteral("there is no such directory")),
                     qPrintable(message->text()));
        QCOMPARE(program.workspace.channels().size(), 0);
        QVERIFY(QDir().mkpath(channel + QStringLiteral("/noarch")));
        QVERIFY(test::writeFile(channel + QStringLiteral("/noarch/repodata.json"),
                                R"({"packages":{"a-1-0.tar.bz2":{"name":"a","version":"1","build":"0"},"../b":{}}})"));
        QTest::keyClick(box->lineEdit(), Qt::Key_Return);
        auto* table = child<QTableView>(program.window, "records");
        QTRY_COMPARE(table->model()->rowCount(), 1);
        QCOMPARE(program.workspace.channels().size(), 1);
        QVERIFY(program.workspace.channels().constFirst().readAt.isValid());
        QCOMPARE(box->model()->rowCount(), 1);
        auto* counts = child<QLabel>(program.window, "counts");
        QVERIFY2(counts->text().contains(QStringLiteral("1 can't be used")), qPrintable(counts->text()));
        QVERIFY(counts->toolTip().contains(QStringLiteral("../b")));
        child<QLineEdit>(program.window, "filter")->setText(QStringLiteral("nothing-like-it"));
        auto* words = child<QLabel>(*table, "emptyWords");
        QTRY_COMPARE(words->text(), QStringLiteral("No package matches the filter."));
    }

    void isAsItWasAfterARestart()
    {
        {
            Program program(folder());
            QTest::mouseClick(child<QAbstractButton>(program.window, "tryIt"), Qt::LeftButton);
            QTRY_VERIFY(program.workspace.transfers().count() == 1);
            QTRY_VERIFY(!program.workspace.transfers().isAnyRunning());
            QTest::keyClick(&program.window, Qt::Key_4, Qt::ControlModifier);
        }
        Program program(folder());
        QCOMPARE(child<QListWidget>(program.window, "views")->currentRow(),
                 static_cast<int>(MainWindow::TransfersView));
        QCOMPARE(child<QTableView>(program.window, "jobs")->model()->rowCount(), 1);
        QCOMPARE(program.workspace.transfers().at(0)->state(), ui::Transfer::State::Done);
        QVERIFY(!program.workspace.transfers().at(0)->reportFile().isEmpty());
        QCOMPARE(program.workspace.registries().size(), 1);
    }

    void damagedStateIsToldAndSetAside()
    {
        QDir().mkpath(folder() + QStringLiteral("/transfers"));
        for (const QString& name : {QStringLiteral("/state.json"), QStringLiteral("/transfers/2026.json")}) {
            QFile file(folder() + name);
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write("{\"channels\": [");
        }
        Program program(folder());
        auto* strip = child<QLabel>(program.window, "problemText");
        QVERIFY(strip->isVisible());
        QVERIFY2(strip->text().contains(QStringLiteral("set aside")), qPrintable(strip->text()));
        QTest::mouseClick(child<QAbstractButton>(program.window, "dismissAllProblems"), Qt::LeftButton);
        QVERIFY(!strip->isVisible());
    }

    // A channel is opened, filtered and chosen from, mirrored with a preview into a real registry, by keys alone.
    void eachViewHasItsOwnFilter()
    {
        Program program(folder());
        auto* table = openSample(program);
        QVERIFY(table);
        auto* filter = child<QLineEdit>(program.window, "filter");
        filter->setText(QStringLiteral("hello"));
        QTRY_COMPARE(table->model()->rowCount(), 2);
        program.window.showView(MainWindow::Registries);
        QCOMPARE(filter->text(), QString());
        program.window.showView(MainWindow::Channels);
        QCOMPARE(filter->text(), QStringLiteral("hello"));
        QCOMPARE(table->model()->rowCount(), 2);
    }

    void whatIsLookedAtStaysSoInAnotherOrder()
    {
        Program program(folder());
        auto* table = openSample(program);
        QVERIFY(table);
        const auto nameOf = [table](int row) { return table->model()->index(row, 0).data().toString(); };
        table->selectRow(1);
        const QString name = nameOf(1);
        table->sortByColumn(0, Qt::DescendingOrder);
        QTRY_VERIFY(table->currentIndex().isValid() && table->currentIndex().row() > 1);
        QCOMPARE(nameOf(table->currentIndex().row()), name);
    }

    void shortcutsOfAViewReachItFromAnywhere()
    {
        Program program(folder());
        QVERIFY(openSample(program));
        QSignalSpy refreshed(child<QAction>(program.window, "refreshChannel"), &QAction::triggered);
        for (const char* place : {"views", "filter", "records"}) {
            auto* widget = child<QWidget>(program.window, place);
            widget->setFocus();
            QTest::keyClick(widget, Qt::Key_F5);
            QCOMPARE(refreshed.takeFirst().size(), 1);
        }
        program.window.showView(MainWindow::TransfersView); // a hidden view's key is nobody's
        QTest::keyClick(child<QWidget>(program.window, "views"), Qt::Key_F5);
        QCOMPARE(refreshed.size(), 0);
    }

    // What is wrong with a place is said whole, and what could be meant by it.
    void placesThatAreNoneSayWhy()
    {
        Program program(folder());
        program.workspace.putRegistry({QStringLiteral("http://127.0.0.1:9/org"), {}});
        program.window.showView(MainWindow::Registries);
        auto* message = child<QLabel>(program.window, "registryMessage");
        QTRY_VERIFY_WITH_TIMEOUT(message->isVisible(), 30'000);
        QVERIFY2(message->text().contains(QStringLiteral("can't connect to 127.0.0.1:9")), qPrintable(message->text()));
        program.workspace.addCache(source + QStringLiteral("/resources/sample-channel"));
        program.window.showView(MainWindow::Cache);
        auto* words = child<QLabel>(*child<QTableView>(program.window, "cacheFiles"), "emptyWords");
        QTRY_VERIFY2(words->text().contains(QStringLiteral("a channel by itself")), qPrintable(words->text()));
        QVERIFY(words->text().contains(source + QStringLiteral("/resources")));
    }

    // What is open and chosen stays so when another registry comes or goes.
    void theTreeStaysOpen()
    {
        Program program(folder());
        program.workspace.putRegistry({QStringLiteral("oci-layout:") + folder(), {QStringLiteral("sample")}});
        program.window.showView(MainWindow::Registries);
        auto* tree = child<QTreeView>(program.window, "registryTree");
        const QAbstractItemModelTester tester(tree->model(), QAbstractItemModelTester::FailureReportingMode::Fatal);
        QTRY_COMPARE(tree->model()->rowCount(tree->model()->index(0, 0)), 1);
        QVERIFY(tree->isExpanded(tree->model()->index(0, 0)));
        auto* field = child<QLineEdit>(program.window, "addRegistryField");
        QTest::keyClicks(field, QStringLiteral("oci-layout:") + folder() + QStringLiteral("2"));
        QTest::keyClick(field, Qt::Key_Return);
        QCOMPARE(tree->model()->rowCount(), 2);
        QCOMPARE(tree->currentIndex().row(), 1); // the new one
        QVERIFY(tree->isExpanded(tree->model()->index(0, 0)));
        QCOMPARE(tree->model()->rowCount(tree->model()->index(0, 0)), 1);
        QTRY_VERIFY(!tree->model()->index(1, 1).data().toString().contains(QStringLiteral("asking")));
        QVERIFY(!child<QAction>(program.window, "signOut")->isEnabled());
        // A channel that came to be known is put in where it belongs.
        program.workspace.putRegistry({QStringLiteral("oci-layout:") + folder(), {QStringLiteral("a-first")}});
        const QModelIndex first = tree->model()->index(0, 0);
        QCOMPARE(tree->model()->rowCount(first), 2);
        QCOMPARE(tree->model()->index(0, 0, first).data().toString(), QStringLiteral("a-first"));
        program.workspace.removeRegistry(QStringLiteral("oci-layout:") + folder());
        QCOMPARE(tree->model()->rowCount(), 1);
        QVERIFY(tree->model()->index(0, 0).data().toString().endsWith(QStringLiteral("2")));
    }

    void onlyARegistryIsTakenOffTheList()
    {
        Program program(folder());
        program.workspace.putRegistry({QStringLiteral("oci-layout:") + folder(), {QStringLiteral("sample")}});
        program.window.showView(MainWindow::Registries);
        auto* tree = child<QAbstractItemView>(program.window, "registryTree");
        QTRY_COMPARE(tree->model()->rowCount(), 1);
        const QModelIndex registry = tree->model()->index(0, 0);
        QTRY_VERIFY(tree->model()->rowCount(registry) > 0);
        tree->setFocus();
        tree->setCurrentIndex(tree->model()->index(0, 0, registry));
        QTest::keyClick(tree, Qt::Key_Delete);
        QCOMPARE(program.workspace.registries().size(), 1);
        tree->setCurrentIndex(registry);
        QTest::keyClick(tree, Qt::Key_Delete);
        QCOMPARE(program.workspace.registries().size(), 0);
    }

    void aRegistryThatAsksNobodyIsAddedWithoutAPassword()
    {
        const test::DockerRegistry server;
        QVERIFY(server.isRunning());
        Program program(folder());
        QTest::mouseClick(child<QAbstractButton>(program.window, "addRegistry"), Qt::LeftButton);
        auto* signIn = dialog(program.window, "credentialsDialog");
        QVERIFY(signIn);
        child<QLineEdit>(*signIn, "registry")->setText(server.address());
        QTest::mouseClick(child<QAbstractButton>(*signIn, "save"), Qt::LeftButton);
        QTRY_COMPARE(program.workspace.registries().size(), 1);
    }

    void mirrorsASelectionByKeys()
    {
        test::DockerRegistry registry;
        QVERIFY(registry.isRunning());
        Program program(folder());
        program.workspace.putRegistry({registry.address() + QStringLiteral("/org"), {}});
        QTest::keyClick(&program.window, Qt::Key_1, Qt::ControlModifier);
        auto* box = child<QComboBox>(program.window, "channelBox");
        box->lineEdit()->setFocus();
        QTest::keyClicks(box->lineEdit(), source + QStringLiteral("/resources/sample-channel"));
        QTest::keyClick(box->lineEdit(), Qt::Key_Return);
        auto* table = child<QTableView>(program.window, "records");
        QTRY_COMPARE(table->model()->rowCount(), 7);
        auto* filter = child<QLineEdit>(program.window, "filter");
        QTest::keyClick(&program.window, Qt::Key_F, Qt::ControlModifier);
        QTRY_VERIFY(filter->hasFocus());
        QTest::keyClicks(filter, QStringLiteral("hello-conda>="));
        auto* wrong = child<ui::ElidedLabel>(program.window, "filterProblem");
        QTRY_VERIFY(wrong->isVisible() && !wrong->text().isEmpty());
        QTest::keyClicks(filter, QStringLiteral("1"));
        QTRY_COMPARE(table->model()->rowCount(), 2);
        QTRY_VERIFY(!wrong->isVisible());
        table->setFocus();
        table->setCurrentIndex(table->model()->index(0, 0));
        QTest::keyClick(table, Qt::Key_A, Qt::ControlModifier);
        QTest::keyClick(table, Qt::Key_Space);
        QVERIFY(child<QLabel>(program.window, "counts")->text().contains(QStringLiteral("2 selected")));
        QTest::keyClick(table, Qt::Key_Return, Qt::ControlModifier);
        QDialog* copy = dialog(program.window, "copyDialog");
        QVERIFY(copy);
        QTRY_VERIFY(child<QLabel>(*copy, "lockSummary")->text().contains(QStringLiteral("2 package")));
        QTest::keyClick(copy, Qt::Key_W, Qt::AltModifier);
        auto* message = child<QLabel>(*copy, "message");
        QTRY_VERIFY2_WITH_TIMEOUT(message->text().contains(QStringLiteral("2 package")), qPrintable(message->text()),
                                  30'000); // a keychain on a busy machine takes its time
        QTRY_COMPARE(child<QTableView>(*copy, "plan")->model()->rowCount(), 2);
        QCOMPARE(program.workspace.transfers().count(), 0);
        QTest::keyClick(copy, Qt::Key_M, Qt::AltModifier);
        QTRY_COMPARE(program.workspace.transfers().count(), 1);
        auto* transfer = program.workspace.transfers().at(0);
        QTRY_VERIFY(!transfer->isRunning());
        QVERIFY2(transfer->state() == ui::Transfer::State::Done, qPrintable(transfer->error()));
        QCOMPARE(transfer->totals().copied, 2);
        // What the table says of the registry now.
        auto* compare = child<QComboBox>(program.window, "compareBox");
        compare->setCurrentIndex(1);
        Q_EMIT compare->activated(1);
        QTRY_COMPARE(table->model()->index(0, 7).data().toString(), QStringLiteral("in the registry"));
        // And what the package holds there.
        child<QDialog>(program.window, "transferDialog")->close();
        program.window.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&program.window));
        table->setFocus();
        table->setCurrentIndex(table->model()->index(1, 0));
        QTRY_VERIFY(child<QAction>(program.window, "lookInside")->isEnabled());
        QTest::keyClick(table, Qt::Key_I, Qt::ControlModifier);
        QDialog* inside = dialog(program.window, "lookInsideDialog");
        QVERIFY(inside);
        auto* keys = child<QTableWidget>(*inside, "indexTable");
        QTRY_VERIFY(keys->rowCount() > 0);
        QCOMPARE(keys->findItems(QStringLiteral("hello-conda"), Qt::MatchExactly).size(), 1);
        QTest::keyClick(inside, Qt::Key_Escape);
    }

    void aDroppedLockFileOpensTheDialog()
    {
        Program program(folder());
        const QString lock = folder() + QStringLiteral("/<img src=x>&amp;.txt");
        QDir().mkpath(folder());
        QFile file(lock);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("@EXPLICIT\nhttps://conda.anaconda.org/conda-forge/linux-64/zlib-1.3.1-hb9d3cd8_2.conda\n"
                   "https://conda.anaconda.org/conda-forge/noarch/tzdata-2024a-h0c530f3_0.conda\n"
                   "https://conda.anaconda.org/other/noarch/x-1-0.conda\n");
        file.close();
        QMimeData data;
        data.setUrls({QUrl::fromLocalFile(lock)});
        QDragEnterEvent enter(QPoint(10, 10), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(&program.window, &enter);
        QVERIFY(enter.isAccepted());
        QDropEvent drop(QPointF(10, 10), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(&program.window, &drop);
        QDialog* copy = dialog(program.window, "copyDialog");
        QVERIFY(copy);
        auto* files = child<QListWidget>(*copy, "lockFiles");
        QCOMPARE(files->count(), 1);
        QCOMPARE(files->item(0)->text(), lock);
        auto* summary = child<QLabel>(*copy, "lockSummary");
        QTRY_VERIFY2(summary->text().contains(QStringLiteral("2 package")), qPrintable(summary->text()));
        QVERIFY(summary->text().contains(QStringLiteral("1 other")));
        QCOMPARE(child<QComboBox>(*copy, "channel")->currentText(), QStringLiteral("conda-forge"));
        QVERIFY(!child<QPlainTextEdit>(*copy, "packages")->isEnabled());
        child<QComboBox>(*copy, "registry")->setEditText(QStringLiteral("ghcr.io/org"));
        QTest::mouseClick(child<QAbstractButton>(*copy, "copyCommandLine"), Qt::LeftButton);
        QCOMPARE(QApplication::clipboard()->text(),
                 QStringLiteral("conda-oci mirror --channel conda-forge --from '%1' --registry ghcr.io/org").arg(lock));
    }

    // Bad input is told in the dialog, and nothing starts.
    /// As Finder does it.
    // As the dialog offers them the platforms are a beginning; those that a person chose are all that is copied.
    void W17_chosenPlatformsAreMeant()
    {
        Program program(folder());
        const QStringList usual = conda::defaultSubdirs();
        mirror::CopyRequest request;
        request.channel = QStringLiteral("conda-forge");
        {
            ui::CopyDialog offered(program.workspace, request);
            QCOMPARE(offered.request().subdirs, QStringList());
            auto* noarch = child<QCheckBox>(offered, "subdir-noarch");
            noarch->setChecked(false);
            QCOMPARE(offered.request().subdirs, usual.sliced(0, usual.size() - 1));
            noarch->setChecked(true);
            QCOMPARE(offered.request().subdirs, usual);
            child<QLineEdit>(offered, "otherSubdirs")->setText(QStringLiteral("win-arm64"));
            QCOMPARE(offered.request().subdirs, usual + QStringList{QStringLiteral("win-arm64")});
        }
        // What was asked for the last time, and is offered again.
        request.subdirs = usual;
        QCOMPARE(ui::CopyDialog(program.workspace, request).request().subdirs, usual);
    }

    void openedFilesAreHandedOver()
    {
        app::OpenedFiles files;
        QSignalSpy opened(&files, &app::OpenedFiles::opened);
        QFileOpenEvent event(QStringLiteral("/somewhere/pixi.lock"));
        QVERIFY(QCoreApplication::sendEvent(qApp, &event));
        QCOMPARE(opened.size(), 1);
        QCOMPARE(opened.first().first().toString(), QStringLiteral("/somewhere/pixi.lock"));
        QFileOpenEvent link(QUrl(QStringLiteral("https://conda.example/pixi.lock"))); // no file
        QVERIFY(QCoreApplication::sendEvent(qApp, &link));
        QCOMPARE(opened.size(), 1);
    }

    void badInputStaysInTheDialog()
    {
        Program program(folder());
        QTest::keyClick(&program.window, Qt::Key_M, Qt::ControlModifier);
        QDialog* copy = dialog(program.window, "copyDialog");
        QVERIFY(copy);
        child<QComboBox>(*copy, "registry")->setEditText(QStringLiteral("https://me:secret@ghcr.io/org"));
        QTest::mouseClick(child<QAbstractButton>(*copy, "start"), Qt::LeftButton);
        auto* message = child<QLabel>(*copy, "message");
        QTRY_VERIFY(message->isVisible() && !message->text().isEmpty());
        QVERIFY(!message->text().contains(QStringLiteral("secret")));
        QVERIFY(copy->isVisible());
        QCOMPARE(program.workspace.transfers().count(), 0);
    }

    void closingWhileATransferRunsAsksOnce_data()
    {
        QTest::addColumn<QString>("answer");
        QTest::newRow("stop") << "stopAndQuit";
        QTest::newRow("go on") << "goOn";
        QTest::newRow("stay") << "keepWindow";
    }
    void closingWhileATransferRunsAsksOnce()
    {
        QFETCH(QString, answer);
        Program program(folder() + answer);
        QSignalSpy done(&program.window, &MainWindow::done);
        mirror::CopyRequest request;
        request.channel = source + QStringLiteral("/resources/sample-channel");
        request.registry = QStringLiteral("oci-layout:") + folder() + answer + QStringLiteral("/layout");
        request.subdirs = QStringList{QStringLiteral("linux-64"), QStringLiteral("noarch")};
        auto* transfer = program.workspace.transfers().start(request);
        program.window.close();
        program.window.close();
        QVERIFY(program.window.isVisible());
        const auto questions = program.window.findChildren<QMessageBox*>(QStringLiteral("closeQuestion"));
        QCOMPARE(questions.size(), 1);
        auto* button = questions.first()->findChild<QAbstractButton*>(answer);
        QVERIFY(button);
        QTest::mouseClick(button, Qt::LeftButton);
        if (answer == QLatin1String("keepWindow")) {
            QVERIFY(program.window.isVisible());
            QTRY_VERIFY(!transfer->isRunning());
            QCOMPARE(done.count(), 0);
            return;
        }
        QVERIFY(!program.window.isVisible());
        QTRY_COMPARE(done.count(), 1);
        QVERIFY(!transfer->isRunning());
        QCOMPARE(transfer->state(),
                 answer == QLatin1String("goOn") ? ui::Transfer::State::Done : ui::Transfer::State::Stopped);
    }

    // A keyboard and a screen reader find every control.
    void everyControlHasAName()
    {
        Program program(folder());
        QVERIFY(QTest::qWaitForWindowExposed(&program.window));
        QTest::keyClick(&program.window, Qt::Key_M, Qt::ControlModifier);
        QVERIFY(dialog(program.window, "copyDialog"));
        QStringList nameless;
        for (QWidget* widget : program.window.findChildren<QWidget*>()) {
            if (widget->focusPolicy() == Qt::NoFocus || widget->objectName().startsWith(QLatin1String("qt_")) ||
                (qobject_cast<QLineEdit*>(widget) && qobject_cast<QComboBox*>(widget->parentWidget())))
                continue;
            QAccessibleInterface* face = QAccessible::queryAccessibleInterface(widget);
            const bool isControl = qobject_cast<QAbstractButton*>(widget) || qobject_cast<QLineEdit*>(widget) ||
                                   qobject_cast<QComboBox*>(widget) || qobject_cast<QAbstractItemView*>(widget) ||
                                   qobject_cast<QPlainTextEdit*>(widget);
            const bool isPart = widget->parentWidget() && (qobject_cast<QAbstractItemView*>(widget->parentWidget()) ||
                                                           widget->window()->inherits("QComboBoxPrivateContainer"));
            if (isControl && !isPart && (!face || face->text(QAccessible::Name).trimmed().isEmpty()))
                nameless.append(QLatin1String(widget->metaObject()->className()) + QLatin1Char(' ') +
                                widget->objectName() + QStringLiteral(" in ") + widget->parentWidget()->objectName());
        }
        QVERIFY2(nameless.isEmpty(), qPrintable(nameless.join(QStringLiteral("; "))));
    }
};

QTEST_MAIN(TestWindow)
#include "tst_window.moc"
