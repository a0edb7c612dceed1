// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
// What people do with the window from end to end, by keys and clicks, against real servers.
#include "tests/paths.h"
#include "tests/support/dockerregistry.h"
#include "tests/ui/program.h"
#include "ui/channels/recordsmodel.h"
#include "ui/dialogs/credentialsdialog.h"
#include "ui/registries/registriespage.h"
#include "ui/transfers/filesmodel.h"
#include "ui/transfers/jobsmodel.h"
#include "ui/translations.h"

#include <QAbstractButton>
#include <QAbstractItemModelTester>
#include <QAction>
#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QCryptographicHash>
#include <QDialogButtonBox>
#include <QDir>
#include <QDropEvent>
#include <QFileDialog>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMessageBox>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QProcess>
#include <QPushButton>
#include <QSignalSpy>
#include <QSystemTrayIcon>
#include <QTableView>
#include <QTemporaryDir>
#include <QTreeView>

using namespace condaoci;
using test::child;
using test::dialog;
using test::DockerRegistry;
using test::Program;
using ui::MainWindow;
using ui::Transfer;

namespace {

const QString sample = QStringLiteral(SOURCE_DIR) + QStringLiteral("/resources/sample-channel");
const auto fatally = QAbstractItemModelTester::FailureReportingMode::Fatal;

/// The token server and a registry that believes it, as of tests/integration.
struct TokenRegistry
{
    QProcess process;
    QString address;

    explicit TokenRegistry(const QStringList& accounts)
    {
        process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        process.start(QStringLiteral("python3"),
                      QStringList{QStringLiteral(SOURCE_DIR) + QStringLiteral("/tests/support/token_registry.py")} +
                          accounts);
        while (process.waitForReadyRead(30'000) && !process.canReadLine()) {
        }
        address = QString::fromUtf8(process.readLine()).trimmed();
    }
    ~TokenRegistry()
    {
        process.closeWriteChannel();
        process.waitForFinished();
    }
};

/// Pastes a path into the file dialog of that name, and saves.
void chooseFile(QWidget& window, const char* name, const QString& path)
{
    QDialog* found = dialog(window, name);
    QVERIFY(found);
    auto* field = found->findChild<QLineEdit*>(QStringLiteral("fileNameEdit"));
    QVERIFY(field);
    field->setFocus();
    field->selectAll();
    QApplication::clipboard()->setText(path); // typed, the list of completions would take the next click
    QTest::keyClick(field, Qt::Key_V, Qt::ControlModifier);
    QTest::mouseClick(found->findChild<QDialogButtonBox*>()->button(QDialogButtonBox::Save), Qt::LeftButton);
}

bool copyFolder(const QString& from, const QString& to)
{
    return QProcess::execute(QStringLiteral("cp"), {QStringLiteral("-r"), from, to}) == 0;
}

/// xdotool's answer.
QString xdotool(const QStringList& arguments)
{
    QProcess process;
    process.start(QStringLiteral("xdotool"), arguments);
    process.waitForFinished();
    return QString::fromUtf8(process.readAllStandardOutput()).trimmed();
}

mirror::CopyRequest mirrorOf(const QString& channel, const QString& registry)
{
    mirror::CopyRequest request;
    request.channel = channel;
    request.registry = registry;
    request.subdirs = QStringList{QStringLiteral("linux-64"), QStringLiteral("noarch")};
    return request;
}

} // namespace

class TestStories : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_folder;
    QString path(const QString& name) const
    {
        return m_folder.filePath(QString::fromLatin1(QTest::currentTestFunction()) + name);
    }

private Q_SLOTS:
    void initTestCase() { ui::installTranslators(*qApp, QStringLiteral("en")); }

    // Signed in, and told that pushing is not allowed.
    void mayNotPush()
    {
        const TokenRegistry registry({QStringLiteral("reader:CANARY-r:pull")});
        QVERIFY(registry.address.startsWith(QLatin1String("http")));
        ui::Workspace workspace(path({}), test::credentials().functions());
        ui::CredentialsDialog sign(workspace, registry.address + QStringLiteral("/org"));
        sign.show();
        QVERIFY(QTest::qWaitForWindowActive(&sign));
        QTest::keyClicks(child<QLineEdit>(sign, "user"), QStringLiteral("reader"));
        QTest::keyClicks(child<QLineEdit>(sign, "secret"), QStringLiteral("CANARY-r"));
        QTest::keyClick(&sign, Qt::Key_T, Qt::AltModifier);
        auto* message = child<QLabel>(sign, "message");
        QTRY_VERIFY2(message->text().contains(QStringLiteral("may not push")), qPrintable(message->text()));
    }

    // A12: a certificate that nobody vouches for is named, and holds once it was accepted, for that registry alone.
    void A12_acceptsACertificateThatNobodyVouchesFor()
    {
        const DockerRegistry registry({QStringLiteral("anna"), QStringLiteral("CANARY-tls"), true});
        const DockerRegistry other({QStringLiteral("anna"), QStringLiteral("CANARY-tls"), true});
        const QString address = registry.address() + QStringLiteral("/org");
        app::WindowCredentials& credentials = test::credentials();
        ui::Workspace workspace(path({}), credentials.functions());
        {
            ui::CredentialsDialog sign(workspace, address);
            sign.show();
            child<QLineEdit>(sign, "user")->setText(QStringLiteral("anna"));
            child<QLineEdit>(sign, "secret")->setText(QStringLiteral("CANARY-tls"));
            auto* accept = child<QAbstractButton>(sign, "acceptCertificate");
            QVERIFY(!accept->isVisible());
            QTest::mouseClick(child<QAbstractButton>(sign, "test"), Qt::LeftButton);
            auto* message = child<QLabel>(sign, "message");
            QTRY_VERIFY2(message->text().contains(QStringLiteral("registry of the tests")),
                         qPrintable(message->text()));
            QVERIFY(message->text().contains(QStringLiteral("not trusted")));
            QVERIFY(accept->isVisible());
            QTest::mouseClick(accept, Qt::LeftButton);
            QTRY_VERIFY2(message->text().contains(QStringLiteral("pull and push")), qPrintable(message->text()));
            QVERIFY(!accept->isVisible());
            child<QLineEdit>(sign, "registry")->setText(other.address() + QStringLiteral("/org"));
            QTest::mouseClick(child<QAbstractButton>(sign, "test"), Qt::LeftButton);
            QTRY_VERIFY2(message->text().contains(QStringLiteral("not trusted")), qPrintable(message->text()));
        }
        credentials.functions().keepForThisRun(*oci::parseEndpoint(address),
                                               {QStringLiteral("anna"), QStringLiteral("CANARY-tls")});
        const mirror::CopyRequest request = workspace.withNetwork(mirrorOf(sample, address));
        QCOMPARE(request.acceptedCertificates.size(), 1);
        QVERIFY(workspace.withNetwork(mirrorOf(sample, other.address())).acceptedCertificates.isEmpty());
        auto* transfer = workspace.transfers().start(request);
        QTRY_VERIFY_WITH_TIMEOUT(!transfer->isRunning(), 20'000);
        QVERIFY2(transfer->state() == Transfer::State::Done, qPrintable(transfer->error()));
        QVERIFY(workspace.state().flush());
        workspace.removeRegistry(address); // and what was accepted for it is forgotten
        QVERIFY(workspace.withNetwork(mirrorOf(sample, address)).acceptedCertificates.isEmpty());
    }

    void importsWhatDockerKnows()
    {
        const DockerRegistry registry({QStringLiteral("anna"), QStringLiteral("CANARY-docker")});
        QDir().mkpath(path({}));
        const QByteArray auth = QByteArray("anna:CANARY-docker").toBase64();
        QVERIFY(test::writeFile(path(QStringLiteral("/config.json")),
                                "{\"auths\":{\"" + registry.address().section(QLatin1Char('/'), 2).toUtf8() +
                                    "\":{\"auth\":\"" + auth + "\"}}}"));
        qputenv("DOCKER_CONFIG", path({}).toUtf8());
        ui::Workspace workspace(path(QStringLiteral("/state")), test::credentials().functions());
        ui::CredentialsDialog sign(workspace, registry.address() + QStringLiteral("/org"));
        sign.show();
        auto* takeOver = child<QAbstractButton>(sign, "takeOver");
        QTRY_VERIFY(takeOver->isEnabled());
        QTest::mouseClick(takeOver, Qt::LeftButton);
        QCOMPARE(child<QLineEdit>(sign, "user")->text(), QStringLiteral("anna"));
        auto* message = child<QLabel>(sign, "message");
        QTest::mouseClick(child<QAbstractButton>(sign, "test"), Qt::LeftButton);
        QTRY_VERIFY2(message->text().contains(QStringLiteral("pull and push")), qPrintable(message->text()));
        qunsetenv("DOCKER_CONFIG");
    }

    // A transfer is stopped and goes on; nothing is copied twice.
    void stopsAndResumes()
    {
        const DockerRegistry registry;
        Program program(path({}));
        mirror::CopyRequest request = mirrorOf(sample, registry.address() + QStringLiteral("/org"));
        request.spacing = 300; // milliseconds between packages, so that there is something to stop
        request.workers = 1;
        auto* first = program.workspace.transfers().start(request);
        QTest::keyClick(&program.window, Qt::Key_4, Qt::ControlModifier);
        QTRY_VERIFY(first->totals().copied > 0);
        auto* jobs = child<QTableView>(program.window, "jobs");
        const QAbstractItemModelTester tester(jobs->model(), fatally);
        jobs->setFocus();
        QTest::keyClick(jobs, Qt::Key_Period, Qt::ControlModifier);
        QTRY_COMPARE(first->state(), Transfer::State::Stopped);
        const qint64 copied = first->totals().copied;
        QVERIFY(copied < 7);
        QTest::keyClick(jobs, Qt::Key_R, Qt::ControlModifier);
        QTRY_COMPARE(program.workspace.transfers().count(), 2);
        auto* second = program.workspace.transfers().at(1);
        QTRY_COMPARE_WITH_TIMEOUT(second->state(), Transfer::State::Done, 30'000);
        QVERIFY2(copied + second->totals().copied <= 8, "at most the one in flight comes twice");
    }

    // One package is damaged in the channel: it is named, marked in the table, and brought once it is whole.
    void triesAgainWhatFailed()
    {
        const QString channel = path(QStringLiteral("/sample-channel"));
        QDir().mkpath(path({}));
        QVERIFY(copyFolder(sample, path({})));
        const QString damaged = channel + QStringLiteral("/noarch/sample-data-2024.1-0.conda");
        const QByteArray whole = test::readAll(damaged);
        QVERIFY(test::writeFile(damaged, QByteArray(whole).replace(300, 4, "oops")));
        const QString layout = QStringLiteral("oci-layout:") + path(QStringLiteral("/layout"));

        Program program(path(QStringLiteral("/state")));
        program.workspace.putChannel({channel, {}, {}});
        program.workspace.putRegistry({layout, {}});
        auto* first = program.workspace.transfers().start(mirrorOf(channel, layout));
        QTRY_COMPARE(first->state(), Transfer::State::Incomplete);
        auto* strip = child<QLabel>(program.window, "problemText");
        QTRY_VERIFY2(strip->text().startsWith(QStringLiteral("sample-data-2024.1-0.conda failed: wrong sha256")),
                     qPrintable(strip->text()));
        QVERIFY(ui::thousandthsDone(*first) < 1000);
        // To look at it does not make it go away.
        QTest::mouseClick(child<QAbstractButton>(program.window, "remedy1"), Qt::LeftButton);
        QVERIFY(strip->isVisible());
        auto* list = child<QTableView>(program.window, "jobs");
        QCOMPARE(list->model()->index(0, ui::JobsModel::Packages).data().toString(), QStringLiteral("6 of 7"));
        QCOMPARE(first->totals().bytesFailed, QFileInfo(damaged).size());

        QTest::keyClick(&program.window, Qt::Key_1, Qt::ControlModifier);
        auto* box = child<QComboBox>(program.window, "channelBox");
        box->setEditText(channel);
        QTest::keyClick(box->lineEdit(), Qt::Key_Return);
        auto* compare = child<QComboBox>(program.window, "compareBox");
        compare->setCurrentIndex(1);
        Q_EMIT compare->activated(1);
        auto* records = child<QTableView>(program.window, "records");
        const auto stateOf = [&](const QString& name) {
            const auto found =
                records->model()->match(records->model()->index(0, 0), Qt::DisplayRole, name, 1, Qt::MatchExactly);
            return found.isEmpty() ? QString() : found.first().siblingAtColumn(7).data().toString();
        };
        QTRY_COMPARE(stateOf(QStringLiteral("sample-data")), QStringLiteral("failed"));
        QCOMPARE(stateOf(QStringLiteral("sample-python")), QStringLiteral("in the registry"));

        QTest::keyClick(&program.window, Qt::Key_4, Qt::ControlModifier);
        auto* files = child<QTableView>(program.window, "files");
        const QAbstractItemModelTester tester(files->model(), fatally);
        QTRY_COMPARE(files->model()->rowCount(), 7);
        QTest::mouseClick(child<QAbstractButton>(program.window, "onlyFailed"), Qt::LeftButton);
        QTRY_COMPARE(files->model()->rowCount(), 1);
        QVERIFY(files->model()->index(0, 0).data().toString().contains(QStringLiteral("sample-data")));

        auto* jobs = child<QTableView>(program.window, "jobs");
        jobs->setFocus();
        QTest::keyClick(jobs, Qt::Key_S, Qt::ControlModifier);
        const QString report = path(QStringLiteral("/my report.json"));
        chooseFile(program.window, "saveReportDialog", report);
        QTRY_VERIFY(QFile::exists(report));
        const QJsonObject saved = QJsonDocument::fromJson(test::readAll(report)).object();
        QCOMPARE(saved[QLatin1String("failures")][0][QLatin1String("file")].toString(),
                 QStringLiteral("sample-data-2024.1-0.conda"));
        QCOMPARE(saved[QLatin1String("exitCode")].toInt(), 1);

        QVERIFY(test::writeFile(damaged, whole));
        auto* retry = child<QAbstractButton>(program.window, "remedy2");
        QVERIFY(retry->isVisible());
        QTest::mouseClick(retry, Qt::LeftButton);
        QVERIFY(!strip->isVisible());
        QTRY_COMPARE(program.workspace.transfers().count(), 2);
        auto* second = program.workspace.transfers().at(1);
        QTRY_COMPARE(second->state(), Transfer::State::Done);
        QCOMPARE(second->totals().files, 1);
        QCOMPARE(second->totals().copied, 1);
        QTRY_COMPARE(stateOf(QStringLiteral("sample-data")), QStringLiteral("in the registry"));
    }

    // Two builds are chosen together, and one is saved; its bytes are the channel's.
    void savesAndPullsChosenBuilds()
    {
        const QString layout = QStringLiteral("oci-layout:") + path(QStringLiteral("/layout"));
        Program program(path(QStringLiteral("/state")));
        program.workspace.transfers().start(mirrorOf(sample, layout));
        QTRY_COMPARE(program.workspace.transfers().at(0)->state(), Transfer::State::Done);
        QTest::keyClick(&program.window, Qt::Key_2, Qt::ControlModifier);
        auto* tree = child<QTreeView>(program.window, "registryTree");
        auto* model = tree->model();
        const auto open = [&](QModelIndex parent, const QString& name) {
            QModelIndexList found;
            tree->expand(parent);
            [&] {
                QTRY_VERIFY(
                    !(found = model->match(model->index(0, 0, parent), Qt::DisplayRole, name, 1, Qt::MatchExactly))
                         .isEmpty());
            }();
            return found.value(0);
        };
        const QModelIndex channel = open(model->index(0, 0), QStringLiteral("sample-channel"));
        const QModelIndex noarch = open(channel, QStringLiteral("noarch"));
        const QModelIndex data = open(open(noarch, QStringLiteral("sample-data")), QStringLiteral("2024.1-0"));
        const QModelIndex legacy = open(open(noarch, QStringLiteral("sample-legacy")), QStringLiteral("0.1-3"));
        QVERIFY(data.isValid() && legacy.isValid());
        auto* pull = child<QAction>(program.window, "pullHere");
        tree->selectionModel()->select(channel, QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
        tree->selectionModel()->select(data, QItemSelectionModel::Select | QItemSelectionModel::Rows);
        QVERIFY(!pull->isEnabled()); // a whole channel and one package of it are not one pull
        tree->selectionModel()->setCurrentIndex(data, QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
        tree->selectionModel()->select(legacy, QItemSelectionModel::Select | QItemSelectionModel::Rows);
        QVERIFY(pull->isEnabled());
        pull->trigger();
        QDialog* copy = dialog(program.window, "copyDialog");
        QVERIFY(copy);
        const QString cache = path(QStringLiteral("/cache"));
        child<QComboBox>(*copy, "cache")->setEditText(cache);
        QTest::mouseClick(child<QAbstractButton>(*copy, "start"), Qt::LeftButton);
        QTRY_COMPARE(program.workspace.transfers().count(), 2);
        QTRY_COMPARE(program.workspace.transfers().at(1)->state(), Transfer::State::Done);
        QCOMPARE(QDir(cache + QStringLiteral("/sample-channel/noarch")).entryList({QStringLiteral("sample-*")}).size(),
                 2);

        if (auto* progress = child<QDialog>(program.window, "transferDialog"))
            progress->close();
        QVERIFY(QTest::qWaitForWindowActive(&program.window));
        QTest::keyClick(&program.window, Qt::Key_2, Qt::ControlModifier);
        tree->selectionModel()->setCurrentIndex(data, QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
        tree->setFocus();
        QTest::keyClick(tree, Qt::Key_S, Qt::ControlModifier);
        const QString saved = path(QStringLiteral("/saved.conda"));
        chooseFile(program.window, "savePackageDialog", saved);
        QTRY_VERIFY(QFile::exists(saved));
        QCOMPARE(test::readAll(saved), test::readAll(sample + QStringLiteral("/noarch/sample-data-2024.1-0.conda")));
        auto* message = child<QLabel>(program.window, "registryMessage");
        QTRY_VERIFY2(message->text().contains(QStringLiteral("digest is right")), qPrintable(message->text()));
    }

    void testsARegistryInWords()
    {
        const DockerRegistry registry;
        Program program(path({}));
        program.workspace.putRegistry({registry.address() + QStringLiteral("/org"), {}});
        QTest::keyClick(&program.window, Qt::Key_2, Qt::ControlModifier);
        auto* tree = child<QTreeView>(program.window, "registryTree");
        tree->setCurrentIndex(tree->model()->index(0, 0));
        child<QAction>(program.window, "testRegistry")->trigger();
        auto* message = child<QLabel>(program.window, "registryMessage");
        QTRY_VERIFY2(message->text().contains(QStringLiteral("nobody to sign in; you may pull and push")),
                     qPrintable(message->text()));
    }

    void aLockFileDroppedOnTheDialogIsTaken()
    {
        Program program(path({}));
        QTest::keyClick(&program.window, Qt::Key_M, Qt::ControlModifier);
        QDialog* copy = dialog(program.window, "copyDialog");
        QVERIFY(copy);
        const QString lock = path(QStringLiteral(".txt"));
        QVERIFY(test::writeFile(
            lock, "@EXPLICIT\nhttps://conda.anaconda.org/conda-forge/linux-64/zlib-1.3.1-hb9d3cd8_2.conda\n"));
        QMimeData data;
        data.setUrls({QUrl::fromLocalFile(lock)});
        QDragEnterEvent enter({50, 50}, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(copy, &enter);
        QVERIFY(enter.isAccepted());
        QDropEvent drop({50, 50}, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(copy, &drop);
        QTRY_VERIFY(child<QLabel>(*copy, "lockSummary")->text().contains(QStringLiteral("Exactly 1 package")));
        // The platforms are those that it names; without one of them nothing is begun.
        QVERIFY(child<QCheckBox>(*copy, "subdir-linux-64")->isChecked());
        QVERIFY(!child<QCheckBox>(*copy, "subdir-noarch")->isChecked());
        child<QCheckBox>(*copy, "subdir-linux-64")->setChecked(false);
        QTest::mouseClick(child<QAbstractButton>(*copy, "preview"), Qt::LeftButton);
        QVERIFY(child<QLabel>(*copy, "message")->text().contains(QStringLiteral("a platform")));
        QTest::mouseClick(child<QAbstractButton>(*copy, "removeLockFile"), Qt::LeftButton);
        QVERIFY(!child<QCheckBox>(*copy, "subdir-noarch")->isChecked());
    }

    // What is remembered of a selection goes with the dialog where nothing is begun; what was begun is offered again.
    void remembersWhatWasAskedFor()
    {
        const QString selections = path(QStringLiteral("/state/selections"));
        {
            Program program(path(QStringLiteral("/state")));
            program.window.showView(MainWindow::Channels);
            auto* box = child<QComboBox>(program.window, "channelBox");
            box->setEditText(sample);
            QTest::keyClick(box->lineEdit(), Qt::Key_Return);
            auto* table = child<QTableView>(program.window, "records");
            QTRY_COMPARE(table->model()->rowCount(), 7);
            QVERIFY(program.workspace.channels().constFirst().readAt.isValid());
            table->setFocus();
            table->setCurrentIndex(table->model()->index(2, 0));
            QTest::keyClick(table, Qt::Key_Space);
            QTest::keyClick(table, Qt::Key_Return, Qt::ControlModifier);
            QDialog* copy = dialog(program.window, "copyDialog");
            QVERIFY(copy);
            auto* lists = child<QListWidget>(*copy, "lockFiles");
            QCOMPARE(lists->item(0)->text(), QStringLiteral("The packages that you selected"));
            QTRY_VERIFY(child<QCheckBox>(*copy, "subdir-linux-64")->isChecked());
            QCOMPARE(QDir(selections).entryList({QStringLiteral("*.txt")}).size(), 1);
            QTest::keyClick(copy, Qt::Key_Escape);
            QTRY_COMPARE(QDir(selections).entryList({QStringLiteral("*.txt")}).size(), 0);

            QTest::keyClick(&program.window, Qt::Key_M, Qt::ControlModifier);
            copy = dialog(program.window, "copyDialog");
            QVERIFY(copy);
            child<QComboBox>(*copy, "registry")
                ->setEditText(QStringLiteral("oci-layout:") + path(QStringLiteral("/layout")));
            child<QPlainTextEdit>(*copy, "packages")->setPlainText(QStringLiteral("hello-conda"));
            child<QCheckBox>(*copy, "dependencies")->setChecked(true);
            for (auto* platform : copy->findChildren<QCheckBox*>()) {
                if (platform->objectName().startsWith(QLatin1String("subdir-")))
                    platform->setChecked(platform->objectName() == QLatin1String("subdir-linux-64"));
            }
            QTest::mouseClick(child<QAbstractButton>(*copy, "start"), Qt::LeftButton);
            QTRY_COMPARE(program.workspace.transfers().count(), 1);
            QTRY_COMPARE(program.workspace.transfers().at(0)->state(), Transfer::State::Done);
        }
        Program program(path(QStringLiteral("/state")));
        // The ticks, and what is compared with, are there again.
        program.window.showView(MainWindow::Channels);
        auto* table = child<QTableView>(program.window, "records");
        QTRY_COMPARE(table->model()->rowCount(), 7);
        QTRY_COMPARE(table->model()->index(2, 0).data(Qt::CheckStateRole).toInt(), static_cast<int>(Qt::Checked));
        QVERIFY(child<QLabel>(program.window, "counts")->text().contains(QStringLiteral("1 selected")));
        auto* compare = child<QComboBox>(program.window, "compareBox");
        compare->setCurrentIndex(1);
        Q_EMIT compare->activated(1);
        QCOMPARE(program.workspace.channels().constFirst().registry, compare->currentData().toString());
        // And so is what was typed.
        QTest::keyClick(&program.window, Qt::Key_M, Qt::ControlModifier);
        QDialog* copy = dialog(program.window, "copyDialog");
        QVERIFY(copy);
        QCOMPARE(child<QComboBox>(*copy, "channel")->currentText(), sample);
        QVERIFY(child<QComboBox>(*copy, "registry")->currentText().endsWith(QStringLiteral("/layout")));
        QCOMPARE(child<QPlainTextEdit>(*copy, "packages")->toPlainText(), QStringLiteral("hello-conda"));
        QVERIFY(child<QCheckBox>(*copy, "dependencies")->isVisible()); // differs from the usual
        QVERIFY(!child<QCheckBox>(*copy, "subdir-noarch")->isChecked());
        QTest::keyClick(copy, Qt::Key_Escape);

        // The transfer's packages are all there, with their sizes; it goes only when that is meant.
        program.window.showView(MainWindow::TransfersView);
        auto* files = child<QTableView>(program.window, "files");
        QTRY_COMPARE(files->model()->rowCount(), 3);
        QVERIFY(!files->model()->index(0, ui::FilesModel::Size).data().toString().isEmpty());
        QCOMPARE(files->model()->index(0, ui::FilesModel::Attempts).data().toString(), QStringLiteral("1"));
        QCOMPARE(files->model()->index(0, ui::FilesModel::State).data().toString(), QStringLiteral("copied"));
        QTest::mouseClick(child<QAbstractButton>(program.window, "onlyFailed"), Qt::LeftButton);
        auto* words = child<QLabel>(*files, "emptyWords");
        QTRY_COMPARE(words->text(), QStringLiteral("No package failed."));
        QVERIFY(words->isVisible());
        auto* jobs = child<QTableView>(program.window, "jobs");
        jobs->setFocus();
        QTest::keyClick(jobs, Qt::Key_Delete);
        auto* question = program.window.findChild<QMessageBox*>(QStringLiteral("removeQuestion"));
        QVERIFY(question);
        QTest::keyClick(question, Qt::Key_Escape);
        QCOMPARE(program.workspace.transfers().count(), 1);
        QTest::keyClick(jobs, Qt::Key_Delete);
        question = program.window.findChild<QMessageBox*>(QStringLiteral("removeQuestion"));
        QTest::mouseClick(child<QAbstractButton>(*question, "removeButton"), Qt::LeftButton);
        QTRY_COMPARE(program.workspace.transfers().count(), 0);
        QCOMPARE(QDir(path(QStringLiteral("/state/transfers"))).entryList(QDir::Files), QStringList());
    }

    // The window goes to the tray, and comes back from there.
    void goesOnInTheTray()
    {
        QProcess tray;
        tray.start(QStringLiteral("trayer"), {});
        QVERIFY(tray.waitForStarted());
        QTRY_VERIFY(QSystemTrayIcon::isSystemTrayAvailable());
        const DockerRegistry registry;
        Program program(path({}));
        QSignalSpy done(&program.window, &MainWindow::done);
        mirror::CopyRequest request = mirrorOf(sample, registry.address() + QStringLiteral("/org"));
        request.spacing = 200;
        auto* transfer = program.workspace.transfers().start(request);
        program.window.close();
        auto* question = dialog(program.window, "closeQuestion");
        QVERIFY(question);
        QTest::mouseClick(child<QAbstractButton>(*question, "goOn"), Qt::LeftButton);
        QVERIFY(!program.window.isVisible());
        auto* icon = program.window.findChild<QSystemTrayIcon*>();
        QVERIFY(icon && icon->isVisible());
        QVERIFY(transfer->isRunning());
        Q_EMIT icon->activated(QSystemTrayIcon::Trigger);
        QTRY_VERIFY(program.window.isVisible());
        QTRY_COMPARE_WITH_TIMEOUT(transfer->state(), Transfer::State::Done, 30'000);
        QCOMPARE(done.count(), 0); // somebody looks at it
        program.window.close();
        QTRY_COMPARE(done.count(), 1);
        tray.kill();
        tray.waitForFinished();
    }

    // The real program, started twice: the second hands over its file and ends, the first comes to the front.
    void aSecondStartRaisesTheFirst()
    {
        QProcess first;
        first.setProcessChannelMode(QProcess::ForwardedChannels);
        const QString program = QStringLiteral(BIN_DIR) + QStringLiteral("/conda-oci-mirror");
        first.start(program, {});
        QVERIFY(first.waitForStarted());
        const auto window = [] {
            return xdotool({QStringLiteral("search"), QStringLiteral("--onlyvisible"), QStringLiteral("--name"),
                            QStringLiteral("^Conda OCI Mirror$")})
                .section(QLatin1Char('\n'), 0, 0);
        };
        QTRY_VERIFY_WITH_TIMEOUT(!window().isEmpty(), 20'000);
        QWidget other;
        other.setWindowTitle(QStringLiteral("in front"));
        other.resize(800, 600);
        other.show();
        other.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&other));
        const QString lock = path(QStringLiteral(".lock.txt"));
        QVERIFY(test::writeFile(
            lock, "@EXPLICIT\nhttps://conda.anaconda.org/conda-forge/linux-64/zlib-1.3.1-hb9d3cd8_2.conda\n"));
        QProcess second;
        second.start(program, {lock});
        QVERIFY(second.waitForFinished(20'000));
        QCOMPARE(second.exitCode(), 0);
        QTRY_VERIFY2(xdotool({QStringLiteral("getactivewindow"), QStringLiteral("getwindowname")}) !=
                         QStringLiteral("in front"),
                     "the first program's window did not come to the front");
        QCOMPARE(first.state(), QProcess::Running);
        first.terminate();
        if (!first.waitForFinished(5'000))
            first.kill();
        first.waitForFinished();
    }
};

QTEST_MAIN(TestStories)
#include "tst_stories.moc"
