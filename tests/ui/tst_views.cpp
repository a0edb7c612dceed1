// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "tests/paths.h"
#include "tests/support/dockerregistry.h"
#include "tests/ui/program.h"
#include "ui/cache/cachemodel.h"
#include "ui/cache/cachepage.h"
#include "ui/cache/treemap.h"
#include "ui/channels/recordsmodel.h"
#include "ui/dialogs/credentialsdialog.h"
#include "ui/dialogs/planmodel.h"
#include "ui/registries/registriespage.h"
#include "ui/transfers/filesmodel.h"
#include "ui/transfers/jobsmodel.h"
#include "ui/widgets/tables.h"

#include <QAbstractButton>
#include <QAbstractItemModelTester>
#include <QAction>
#include <QClipboard>
#include <QComboBox>
#include <QDir>
#include <QDirIterator>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QMessageBox>
#include <QPlainTextEdit>
#include <QProcess>
#include <QSignalSpy>
#include <QTableView>
#include <QTableWidget>
#include <QTemporaryDir>
#include <QTest>
#include <QTreeView>

#include <numeric>

using namespace condaoci;
using test::child;

namespace {

const QString sample = QStringLiteral(SOURCE_DIR) + QStringLiteral("/resources/sample-channel");
const auto fatally = QAbstractItemModelTester::FailureReportingMode::Fatal;

std::shared_ptr<const ui::Records> recordsOf(const QByteArray& packages)
{
    auto parsed = conda::Repodata::parse("{\"info\":{\"subdir\":\"linux-64\"},\"packages\":{},\"packages.conda\":{" +
                                         packages + "}}");
    return parsed ? ui::makeRecords({QStringLiteral("linux-64")}, {*parsed}) : nullptr;
}

QByteArray record(const QByteArray& name, const QByteArray& version, qint64 size = 10)
{
    return "\"" + name + '-' + version + "-0.conda\":{\"name\":\"" + name + "\",\"version\":\"" + version +
           "\",\"build\":\"0\",\"build_number\":0,\"size\":" + QByteArray::number(size) + ",\"sha256\":\"" +
           QByteArray(64, 'a') + "\",\"depends\":[\"python >=3\"]}";
}

QStringList column(const QAbstractItemModel& model, int number)
{
    QStringList texts;
    for (int row = 0; row < model.rowCount(); ++row)
        texts.append(model.index(row, number).data().toString());
    return texts;
}

} // namespace

class TestViews : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_home;

private Q_SLOTS:
    void recordsFilter_data()
    {
        QTest::addColumn<QString>("filter");
        QTest::addColumn<QStringList>("shown");
        QTest::newRow("all") << ""
                             << QStringList{QStringLiteral("numpy 1.26.4"), QStringLiteral("numpy 1.9.1"),
                                            QStringLiteral("py-lib 2.0"), QStringLiteral("zlib 1.2.13")};
        QTest::newRow("part") << "ZL" << QStringList{QStringLiteral("zlib 1.2.13")};
        QTest::newRow("glob") << "*lib" << QStringList{QStringLiteral("py-lib 2.0"), QStringLiteral("zlib 1.2.13")};
        QTest::newRow("specification") << "numpy>=1.10" << QStringList{QStringLiteral("numpy 1.26.4")};
        QTest::newRow("specification with space") << "numpy 1.9.*" << QStringList{QStringLiteral("numpy 1.9.1")};
        QTest::newRow("none") << "tensorflow" << QStringList();
    }
    void recordsFilter()
    {
        QFETCH(QString, filter);
        QFETCH(QStringList, shown);
        ui::RecordsModel model;
        const QAbstractItemModelTester tester(&model, fatally);
        QSignalSpy done(&model, &ui::RecordsModel::filtered);
        model.setFilter(filter);
        model.setRecords(recordsOf(record("zlib", "1.2.13") + ',' + record("numpy", "1.9.1") + ',' +
                                   record("numpy", "1.26.4") + ',' + record("py-lib", "2.0")));
        QTRY_VERIFY(done.count() > 0 && !model.isFiltering());
        QStringList rows;
        for (int row = 0; row < model.rowCount(); ++row)
            rows.append(model.index(row, 0).data().toString() + QLatin1Char(' ') +
                        model.index(row, 1).data().toString());
        QCOMPARE(rows, shown);
    }

    void recordsRefuseABadSpecification()
    {
        ui::RecordsModel model;
        const QAbstractItemModelTester tester(&model, fatally);
        QSignalSpy refused(&model, &ui::RecordsModel::filterRefused);
        model.setRecords(recordsOf(record("zlib", "1.2.13")));
        QTRY_COMPARE(model.rowCount(), 1);
        model.setFilter(QStringLiteral("zlib>="));
        QTRY_VERIFY(!refused.isEmpty() && !refused.last().first().toString().isEmpty());
        QCOMPARE(model.rowCount(), 1); // what was shown stays
        model.setFilter(QStringLiteral("zlib"));
        QTRY_VERIFY(refused.last().first().toString().isEmpty());
    }

    void manyRecordsComeInSteps()
    {
        constexpr int count = 120'000;
        QByteArray packages;
        for (int i = 0; i < count; ++i)
            packages += (i == 0 ? QByteArray() : QByteArray(",")) + record("p" + QByteArray::number(i), "1");
        ui::RecordsModel model;
        const QAbstractItemModelTester tester(&model, fatally);
        QSignalSpy done(&model, &ui::RecordsModel::filtered);
        model.setRecords(recordsOf(packages));
        QTRY_COMPARE_WITH_TIMEOUT(done.count(), 1, 60'000);
        QCOMPARE(model.shownCount(), count);
        QVERIFY(model.rowCount() > 0 && model.rowCount() < count);
        model.checkAllShown(); // all of them, also those to come
        QCOMPARE(model.checkedCount(), count);
        QTRY_COMPARE(model.rowCount(), count);
        QCOMPARE(model.index(count - 1, 0).data(Qt::CheckStateRole).toInt(), static_cast<int>(Qt::Checked));
        // A filter in the middle of the steps: what is left of them does not come any more.
        model.setFilter(QStringLiteral("p"));
        QTRY_COMPARE(done.count(), 2);
        QVERIFY(model.rowCount() < count);
        model.setFilter(QStringLiteral("p119999"));
        QTRY_COMPARE(model.rowCount(), 1);
        QTest::qWait(50);
        QCOMPARE(model.rowCount(), 1);
        QCOMPARE(model.shownCount(), 1);
    }

    void checksOutliveFilterAndSort()
    {
        ui::RecordsModel model;
        const QAbstractItemModelTester tester(&model, fatally);
        model.setRecords(recordsOf(record("a", "1.10", 5) + ',' + record("a", "1.9", 7) + ',' + record("b", "1", 9)));
        QTRY_COMPARE(model.rowCount(), 3);
        model.sort(static_cast<int>(ui::RecordColumn::Version), Qt::AscendingOrder);
        QTRY_COMPARE(column(model, 1),
                     (QStringList{QStringLiteral("1"), QStringLiteral("1.9"), QStringLiteral("1.10")}));
        QVERIFY(model.setData(model.index(1, 0), Qt::Checked, Qt::CheckStateRole));
        model.setFilter(QStringLiteral("b"));
        QTRY_COMPARE(model.rowCount(), 1);
        model.checkAllShown();
        QCOMPARE(model.checkedCount(), 2);
        QCOMPARE(model.checkedBytes(), 16);
        model.setFilter({});
        QTRY_COMPARE(model.rowCount(), 3);
        model.sort(static_cast<int>(ui::RecordColumn::Size), Qt::DescendingOrder);
        QTRY_COMPARE(model.index(0, 0).data().toString(), QStringLiteral("b"));
        QCOMPARE(model.index(0, 0).data(Qt::CheckStateRole).toInt(), static_cast<int>(Qt::Checked));
        QCOMPARE(model.index(2, 0).data(Qt::CheckStateRole).toInt(), static_cast<int>(Qt::Unchecked));
        model.clearChecks();
        QCOMPARE(model.checkedCount(), 0);
    }

    void hostileTextsAreText()
    {
        ui::RecordsModel model;
        model.setRecords(recordsOf(record("<img src=x>", "1") + ',' + record("&amp;", "1") + ',' +
                                   record(QByteArray(200, 'n'), "1")));
        QTRY_VERIFY(model.rowCount() >= 2);
        for (int row = 0; row < model.rowCount(); ++row) {
            const QString name = model.index(row, 0).data().toString();
            QVERIFY(!model.index(row, 0).data(Qt::ToolTipRole).toString().contains(QStringLiteral("<img")));
            QVERIFY(!name.contains(QLatin1Char('\n')));
        }
    }

    void treemapFillsItsArea_data()
    {
        QTest::addColumn<QList<double>>("weights");
        QTest::newRow("one") << QList<double>{5};
        QTest::newRow("book") << QList<double>{6, 6, 4, 3, 2, 2, 1};
        QTest::newRow("extreme") << QList<double>{1e12, 1, 1, 1};
        QList<double> many;
        for (int i = 500; i > 0; --i)
            many.append(i);
        QTest::newRow("many") << many;
    }
    void treemapFillsItsArea()
    {
        QFETCH(QList<double>, weights);
        const QRectF area(0, 10, 600, 400);
        const auto tiles = ui::squarify({weights.begin(), weights.end()}, area);
        QCOMPARE(tiles.size(), static_cast<size_t>(weights.size()));
        const double total = std::accumulate(weights.begin(), weights.end(), 0.0);
        for (size_t i = 0; i < tiles.size(); ++i) {
            const double share = weights[static_cast<qsizetype>(i)] / total * area.width() * area.height();
            QVERIFY(std::abs(tiles[i].width() * tiles[i].height() - share) < 0.01 * share + 0.5);
            QVERIFY(area.adjusted(-0.1, -0.1, 0.1, 0.1).contains(tiles[i]) ||
                    tiles[i].width() * tiles[i].height() < 0.01);
        }
    }

    void damagedFileIsFoundNamedAndDeletedByKeys()
    {
        const QString cache = m_home.filePath(QStringLiteral("cache"));
        QProcess::execute(QStringLiteral("sh"),
                          {QStringLiteral("-c"), QStringLiteral("mkdir -p %1 && cp -r %2 %1/").arg(cache, sample)});
        QFile file(cache + QStringLiteral("/sample-channel/noarch/sample-data-2024.1-0.conda"));
        QVERIFY(file.open(QIODevice::ReadWrite) && file.seek(200));
        file.write("x!");
        file.close();
        ui::Workspace workspace(m_home.filePath(QStringLiteral("cache-state")), test::credentials().functions());
        workspace.addCache(cache);
        ui::CachePage page(workspace);
        page.resize(1000, 600);
        page.show();
        QVERIFY(QTest::qWaitForWindowActive(&page));
        page.entered();
        const QSignalSpy problems(&page, &ui::Page::problem);
        auto* table = child<QTableView>(page, "cacheFiles");
        const QAbstractItemModelTester tester(table->model(), fatally);
        QTRY_COMPARE(table->model()->rowCount(), 7);
        table->setFocus();
        QTest::keyClick(table, Qt::Key_Return, Qt::ControlModifier);
        auto* summary = child<QLabel>(page, "cacheSummary");
        QTRY_VERIFY2(summary->text().contains(QStringLiteral("sample-data-2024.1-0.conda is damaged")),
                     qPrintable(summary->text()));
        QTest::mouseClick(child<QAbstractButton>(page, "onlyDamaged"), Qt::LeftButton);
        QTRY_COMPARE(table->model()->rowCount(), 1);
        table->setFocus();
        table->selectRow(0);
        QTest::keyClick(table, Qt::Key_Delete);
        QMessageBox* question = nullptr;
        QTRY_VERIFY((question = child<QMessageBox>(page, "deleteQuestion")) && question->isVisible());
        QTest::keyClick(child<QAbstractButton>(*question, "deleteButton"), Qt::Key_Space);
        QTRY_VERIFY2(!file.exists(), problems.isEmpty() ? "" : qPrintable(problems.first().first().toString()));
        QTest::mouseClick(child<QAbstractButton>(page, "onlyDamaged"), Qt::LeftButton);
        QTRY_COMPARE(table->model()->rowCount(), 6);
        QSignalSpy wanted(&page, &ui::Page::copyWanted);
        table->selectRow(0);
        child<QAction>(page, "pushCache")->trigger();
        QTRY_COMPARE(wanted.count(), 1);
        const auto request = wanted.first().first().value<mirror::CopyRequest>();
        QCOMPARE(request.channel, QStringLiteral("sample-channel"));
        QCOMPARE(mirror::toSpec([&] {
                     auto r = request;
                     r.registry = QStringLiteral("oci-layout:/x");
                     return r;
                 }())
                     ->exact->files.size(),
                 size_t(1));
    }

    // Wrong password first, then the right one; it is in the keyring and nowhere else.
    void signsIn()
    {
        const test::DockerRegistry registry({QStringLiteral("anna"), QStringLiteral("CANARY-right")});
        ui::Workspace workspace(m_home.filePath(QStringLiteral("sign-state")), test::credentials().functions());
        ui::CredentialsDialog dialog(workspace, registry.address() + QStringLiteral("/org"));
        dialog.show();
        QVERIFY(QTest::qWaitForWindowActive(&dialog));
        auto* message = child<QLabel>(dialog, "message");
        auto* secret = child<QLineEdit>(dialog, "secret");
        QCOMPARE(secret->echoMode(), QLineEdit::Password);
        QTest::keyClicks(child<QLineEdit>(dialog, "user"), QStringLiteral("anna"));
        QTest::keyClicks(secret, QStringLiteral("CANARY-wrong"));
        QTest::keyClick(&dialog, Qt::Key_S, Qt::AltModifier);
        QTRY_VERIFY2(message->text().contains(QStringLiteral("wrong")), qPrintable(message->text()));
        QVERIFY(dialog.isVisible());
        secret->clear();
        QTest::keyClicks(secret, QStringLiteral("CANARY-right"));
        QTest::keyClick(&dialog, Qt::Key_T, Qt::AltModifier);
        QTRY_VERIFY2(message->text().contains(QStringLiteral("pull and push")), qPrintable(message->text()));
        QVERIFY(!message->text().contains(QStringLiteral("CANARY")));
        QTest::keyClick(&dialog, Qt::Key_S, Qt::AltModifier);
        QTRY_VERIFY2(!dialog.isVisible(), qPrintable(message->text()));
        QCOMPARE(workspace.registries().size(), 1);
        ui::RegistriesPage page(workspace);
        page.show();
        page.entered();
        auto* tree = child<QTreeView>(page, "registryTree");
        const QAbstractItemModelTester tester(tree->model(), fatally);
        tree->expand(tree->model()->index(0, 0));
        QTRY_COMPARE(tree->model()->index(0, 1).data().toString(), QStringLiteral("signed in as anna, not encrypted"));
        tree->setCurrentIndex(tree->model()->index(0, 0));
        child<QAction>(page, "signOut")->trigger();
        QTRY_COMPARE(tree->model()->index(0, 1).data().toString(), QStringLiteral("asks to sign in, not encrypted"));
        QVERIFY(workspace.state().flush());
        for (QDirIterator files(QDir::homePath(), QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
             files.hasNext();) {
            QFile file(files.next());
            if (file.open(QIODevice::ReadOnly))
                QVERIFY2(!file.readAll().contains("CANARY"), qPrintable(file.fileName()));
        }
    }

    // What is remembered of a channel is its address, where that has no password or token in it.
    void A10_addressesWithSecretsAreForThisRunOnly()
    {
        const QString folder = m_home.filePath(QStringLiteral("secret-state"));
        const QString plain = QStringLiteral("https://conda.example/plain");
        {
            ui::Workspace workspace(folder, test::credentials().functions());
            for (const QString& text : {plain, QStringLiteral("https://me:pw-CANARY@conda.example/chan"),
                                        QStringLiteral("https://conda.example/t/to-CANARY/chan")})
                workspace.putChannel({text, {QStringLiteral("noarch")}, {}});
            QCOMPARE(workspace.channels().size(), 3);
            QVERIFY(workspace.state().flush());
        }
        QVERIFY(!test::readAll(ui::Workspace::stateFile(folder)).contains("CANARY"));
        const ui::Workspace again(folder, test::credentials().functions());
        QCOMPARE(again.channels().size(), 1);
        QCOMPARE(again.channels().constFirst().text, plain);
    }

    void aRunningTransferIsNotRemoved()
    {
        const QString folder = m_home.filePath(QStringLiteral("running-state"));
        ui::Workspace workspace(folder, test::credentials().functions());
        mirror::CopyRequest request;
        request.channel = sample;
        request.subdirs = QStringList{QStringLiteral("noarch")};
        request.registry = QStringLiteral("oci-layout:") + m_home.filePath(QStringLiteral("running-layout"));
        ui::Transfers& transfers = workspace.transfers();
        ui::Transfer* transfer = transfers.start(request);
        QVERIFY(transfer->isRunning());
        transfers.remove(transfer);
        QCOMPARE(transfers.count(), 1);
        QTRY_COMPARE(transfer->state(), ui::Transfer::State::Done);
        transfers.remove(transfer);
        QCOMPARE(transfers.count(), 0);
        QCOMPARE(QDir(folder + QStringLiteral("/transfers")).entryList(QDir::Files), QStringList());
    }

    // A list that was made for a transfer goes with the last that names it, and one of the user's never.
    void listsGoWithTheirLastTransfer()
    {
        const QString folder = m_home.filePath(QStringLiteral("lists-state"));
        ui::Workspace workspace(folder, test::credentials().functions());
        const auto made = ui::Workspace::saveSelection(
            ui::Workspace::selectionsFolder(folder), QStringLiteral("sample"),
            {{QStringLiteral("noarch"), QStringLiteral("sample-data-2024.1-0.conda"), {}, {}}});
        QVERIFY(made);
        const QString own = folder + QStringLiteral("/own.txt");
        QVERIFY(QFile::copy(*made, own));
        mirror::CopyRequest request;
        request.channel = sample;
        request.as = QStringLiteral("sample");
        request.lockFiles = QStringList{*made, own};
        request.registry = QStringLiteral("oci-layout:") + m_home.filePath(QStringLiteral("lists-layout"));
        ui::Transfers& transfers = workspace.transfers();
        const std::array<ui::Transfer*, 2> both{transfers.start(request), transfers.start(request)};
        for (const auto* transfer : both)
            QTRY_VERIFY(!transfer->isRunning());
        transfers.remove(both[0]);
        QVERIFY(QFile::exists(*made));
        transfers.remove(both[1]);
        QCOMPARE(transfers.count(), 0);
        QVERIFY(!QFile::exists(*made));
        QVERIFY(QFile::exists(own));

        // One that a copied command line names stays, and one that nothing names goes at the next start.
        const std::vector<mirror::SelectedFile> chosen{
            {QStringLiteral("noarch"), QStringLiteral("sample-data-2024.1-0.conda"), {}, {}}};
        const auto left =
            ui::Workspace::saveSelection(ui::Workspace::selectionsFolder(folder), QStringLiteral("sample"), chosen);
        QVERIFY(left);
        QVERIFY(QFile::copy(*left, *made));
        const QString kept = workspace.keepSelection(*left);
        QVERIFY(!workspace.isSelection(kept));
        const ui::Workspace again(folder, test::credentials().functions());
        QVERIFY(QFile::exists(kept));
        QVERIFY(!QFile::exists(*made));
    }

    // Ticks outlive a restart and a new index, and those of platforms that are not shown outlive a change of the
    // others.
    void ticksAreKeptByName()
    {
        const auto all = recordsOf(record("a", "1", 5) + ',' + record("b", "1", 7) + ',' + record("c", "1", 9));
        const QByteArray before = "noarch/z-1-0.conda\nlinux-64/c-1-0.conda\n";
        const QByteArray lines = ui::linesOf(*all, {0, 1}, before);
        QCOMPARE(lines, QByteArray("noarch/z-1-0.conda\nlinux-64/a-1-0.conda\nlinux-64/b-1-0.conda\n"));
        const auto newer = recordsOf(record("0", "1", 1) + ',' + record("b", "1", 70));
        const ui::Ticks ticks = ui::ticksOf(*newer, lines + "linux-64/b-1-0.conda\nno line\n/\n");
        QCOMPARE(ticks.records, std::vector<quint32>{1});
        QCOMPARE(ticks.bytes, 70);
        ui::RecordsModel model;
        const QAbstractItemModelTester tester(&model, fatally);
        model.setRecords(newer);
        QTRY_COMPARE(model.rowCount(), 2);
        model.check(ticks);
        QCOMPARE(model.checkedCount(), 1);
        QCOMPARE(model.checkedBytes(), 70);
        model.check({{0, 1}, 71});
        QCOMPARE(model.checkedCount(), 2);
        QCOMPARE(model.checkedBytes(), 71);
        QCOMPARE(model.rowOf(1), 1);
        QCOMPARE(model.rowOf(7), -1);
    }

    void saysWhatIsWrongWithARegistry_data()
    {
        QTest::addColumn<QString>("registry");
        QTest::addColumn<QString>("says");
        QTest::newRow("no such name") << "registry.invalid/org"
                                      << "not reached";
        QTest::newRow("nobody there") << "http://127.0.0.1:1/org"
                                      << "not reached";
        QTest::newRow("layout") << "oci-layout:/tmp/x"
                                << "a folder";
        QTest::newRow("rubbish") << "https://a b"
                                 << "";
    }
    void saysWhatIsWrongWithARegistry()
    {
        QFETCH(QString, registry);
        QFETCH(QString, says);
        ui::Workspace workspace(m_home.filePath(QStringLiteral("wrong-state")), test::credentials().functions());
        ui::CredentialsDialog dialog(workspace, registry);
        dialog.show();
        child<QLineEdit>(dialog, "user")->setText(QStringLiteral("u"));
        child<QLineEdit>(dialog, "secret")->setText(QStringLiteral("CANARY"));
        QTest::mouseClick(child<QAbstractButton>(dialog, "test"), Qt::LeftButton);
        auto* message = child<QLabel>(dialog, "message");
        QTRY_VERIFY_WITH_TIMEOUT(!message->text().isEmpty(), 30000);
        QVERIFY2(message->text().contains(says) && !message->text().contains(QStringLiteral("CANARY")),
                 qPrintable(message->text()));
    }

    // Down to a build of a layout, its index.json and a file of its info/, and the package saved as it is.
    void looksIntoAPackage()
    {
        const QString layout = QStringLiteral("oci-layout:") + m_home.filePath(QStringLiteral("layout"));
        QCOMPARE(QProcess::execute(QStringLiteral(BIN_DIR) + QStringLiteral("/conda-oci"),
                                   {QStringLiteral("mirror"), QStringLiteral("-q"), QStringLiteral("-c"), sample,
                                    QStringLiteral("--registry"), layout}),
                 0);
        ui::Workspace workspace(m_home.filePath(QStringLiteral("look-state")), test::credentials().functions());
        ui::RegistriesPage page(workspace);
        page.resize(1000, 600);
        page.show();
        QVERIFY(QTest::qWaitForWindowActive(&page));
        QTest::keyClicks(child<QLineEdit>(page, "addFirstRegistryField"), layout);
        QTest::keyClick(child<QLineEdit>(page, "addFirstRegistryField"), Qt::Key_Return);
        auto* tree = child<QTreeView>(page, "registryTree");
        const QAbstractItemModelTester tester(tree->model(), fatally);
        QModelIndex index = tree->model()->index(0, 0);
        tree->setFocus();
        for (const auto& name : {QStringLiteral("sample-channel"), QStringLiteral("linux-64"),
                                 QStringLiteral("hello-conda"), QStringLiteral("1.0.0-h5a3e0c1_0")}) {
            tree->setCurrentIndex(index);
            QTest::keyClick(tree, Qt::Key_Plus);
            QTRY_VERIFY(tree->model()->rowCount(index) > 0);
            const auto found =
                tree->model()->match(tree->model()->index(0, 0, index), Qt::DisplayRole, name, 1, Qt::MatchExactly);
            QCOMPARE(found.size(), 1);
            index = found.first();
        }
        tree->setCurrentIndex(index);
        auto* keys = child<QTableWidget>(page, "indexTable");
        QTRY_VERIFY(keys->rowCount() > 0);
        QCOMPARE(keys->findItems(QStringLiteral("hello-conda"), Qt::MatchExactly).size(), 1);
        QVERIFY(!child<QPlainTextEdit>(page, "infoPreview")->toPlainText().isEmpty());
        QCOMPARE(child<QTableWidget>(page, "layersTable")->rowCount(), 4);
        QSignalSpy wanted(&page, &ui::Page::copyWanted);
        child<QAction>(page, "pullHere")->trigger();
        QCOMPARE(wanted.count(), 1);
        QCOMPARE(wanted.first().first().value<mirror::CopyRequest>().packages,
                 QStringList{QStringLiteral("hello-conda=1.0.0=h5a3e0c1_0")});
        // Asked twice in a row, it is listed once.
        const QModelIndex subdir = index.parent().parent();
        const int packages = tree->model()->rowCount(subdir);
        tree->setCurrentIndex(subdir);
        child<QAction>(page, "testRegistry")->trigger();
        child<QAction>(page, "testRegistry")->trigger();
        QTRY_COMPARE(tree->model()->rowCount(subdir), packages);
        QTest::qWait(500); // the other answer is on its way
        QCOMPARE(tree->model()->rowCount(subdir), packages);
    }

    void rowsAreCopiedAsTheyAreShown()
    {
        ui::RecordsModel model;
        QTableView table;
        table.setModel(&model);
        ui::prepareTable(table);
        table.show();
        QVERIFY(QTest::qWaitForWindowActive(&table));
        model.setRecords(recordsOf(record("zlib", "1.2.13") + ',' + record("numpy", "1.9.1")));
        QTRY_COMPARE(model.rowCount(), 2);
        auto* columns = child<QMenu>(table, "columns");
        const auto hideAllBut = [&](const QStringList& kept) {
            Q_EMIT columns->aboutToShow();
            for (QAction* action : columns->actions()) {
                if (action->isChecked() && !kept.contains(action->text()))
                    action->trigger();
            }
        };
        hideAllBut({QStringLiteral("Name"), QStringLiteral("Version")});
        table.horizontalHeader()->moveSection(1, 0);
        table.selectAll();
        QTest::keyClick(&table, Qt::Key_C, Qt::ControlModifier);
        QCOMPARE(QGuiApplication::clipboard()->text(), QStringLiteral("1.9.1\tnumpy\n1.2.13\tzlib"));
        hideAllBut({QStringLiteral("Name")});
        Q_EMIT columns->aboutToShow();
        const auto actions = columns->actions();
        QCOMPARE(std::count_if(actions.begin(), actions.end(), [](const QAction* one) { return !one->isEnabled(); }),
                 1);
    }
};

QTEST_MAIN(TestViews)
#include "tst_views.moc"
