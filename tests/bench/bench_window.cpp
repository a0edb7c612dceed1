// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
// bench_window INDEX_CHANNEL JOB_CHANNEL: measures the window while it does what holds windows up, and prints a line
// for each figure. Run by bench_window.py. Ends with 1 if something did not come out as it should.
#include "tests/ui/program.h"
#include "ui/channels/recordsmodel.h"

#include <QApplication>
#include <QComboBox>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QHeaderView>
#include <QLineEdit>
#include <QScrollBar>
#include <QTableView>
#include <QTemporaryDir>

#include <algorithm>
#include <cstdio>

#ifdef Q_OS_UNIX
#include <time.h>
#endif

using namespace condaoci;
using test::child;

namespace {

/// Milliseconds of processor time of this thread; -1 where that can't be asked.
double threadTime()
{
#ifdef Q_OS_UNIX
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
#else
    return -1;
#endif
}

/// The longest time in which the event loop did not come round, as time and as work of this thread: other programs on
/// the machine lengthen the former only.
class Watch
{
public:
    Watch()
    {
        m_timer.setTimerType(Qt::PreciseTimer);
        m_timer.setInterval(1);
        QObject::connect(&m_timer, &QTimer::timeout, [this] { tick(); });
        m_timer.start();
        restart();
    }
    void restart()
    {
        m_since.start();
        m_cpu = threadTime();
        m_gap = m_work = 0;
    }
    void print(const char* what)
    {
        tick();
        std::printf("%-44s longest gap %6.1f ms, longest work %6.1f ms\n", what, m_gap, m_work);
        std::fflush(stdout);
        restart();
    }

private:
    void tick()
    {
        m_gap = std::max(m_gap, static_cast<double>(m_since.nsecsElapsed()) / 1e6);
        m_work = std::max(m_work, threadTime() - m_cpu);
        m_since.start();
        m_cpu = threadTime();
    }
    QTimer m_timer;
    QElapsedTimer m_since;
    double m_cpu = 0;
    double m_gap = 0;
    double m_work = 0;
};

void check(bool good, const char* what)
{
    if (good)
        return;
    std::printf("FAILED: %s\n", what);
    std::exit(1);
}

void printTimes(const char* what, std::vector<double> times)
{
    std::sort(times.begin(), times.end());
    std::printf("%-44s median %6.1f ms, most %6.1f ms (%zu times)\n", what, times[times.size() / 2], times.back(),
                times.size());
    std::fflush(stdout);
}

/// Milliseconds from what begins it to the model's answer.
double answerTime(const ui::RecordsModel& model, const std::function<void()>& begin)
{
    QEventLoop loop;
    const auto end = [&] {
        if (!model.isFiltering())
            loop.quit();
    };
    QObject::connect(&model, &ui::RecordsModel::filtered, &loop, end);
    QObject::connect(&model, &ui::RecordsModel::filterRefused, &loop, end);
    QTimer::singleShot(60'000, &loop, [] { check(false, "the table answered within a minute"); });
    QElapsedTimer timer;
    timer.start();
    begin();
    loop.exec();
    return static_cast<double>(timer.nsecsElapsed()) / 1e6;
}

void type(const ui::RecordsModel& model, QLineEdit& filter, const char* what, const QString& text)
{
    std::vector<double> times;
    for (const QChar c : text)
        times.push_back(answerTime(model, [&] { QTest::keyClick(&filter, c.toLatin1()); }));
    printTimes(what, times);
    std::printf("%-44s %6.1f ms\n", "  and back to all", answerTime(model, [&] { filter.clear(); }));
}

void filterAndSort(test::Program& program, Watch& watch)
{
    auto* table = child<QTableView>(program.window, "records");
    const auto& model = *qobject_cast<ui::RecordsModel*>(table->model());
    auto& filter = *child<QLineEdit>(program.window, "filter");
    type(model, filter, "key stroke to table, text", QStringLiteral("libnumpy-1"));
    type(model, filter, "key stroke to table, specification", QStringLiteral("libnumpy-1>=1.2,<9"));
    type(model, filter, "key stroke to table, glob", QStringLiteral("*numpy*"));
    watch.print("filtering");
    std::vector<double> times;
    for (int column = 0; column < static_cast<int>(ui::RecordColumn::State); ++column)
        times.push_back(answerTime(model, [&] { table->sortByColumn(column, Qt::DescendingOrder); }));
    printTimes("sorting by each column", times);
    watch.print("sorting");
    times.clear();
    auto* bar = table->verticalScrollBar();
    for (int i = 0; i < 100; ++i) {
        bar->setValue(static_cast<int>(static_cast<qint64>(bar->maximum()) * i / 100));
        QElapsedTimer timer;
        timer.start();
        table->viewport()->repaint();
        times.push_back(static_cast<double>(timer.nsecsElapsed()) / 1e6);
        QCoreApplication::processEvents();
    }
    printTimes("drawing after a scroll", times);
    watch.print("scrolling");
}

/// The first time, a view's fonts and icons are read.
void showViews(test::Program& program, Watch& watch)
{
    for (const auto view :
         {ui::MainWindow::Registries, ui::MainWindow::Cache, ui::MainWindow::TransfersView, ui::MainWindow::Channels}) {
        program.window.showView(view);
        QTest::qWait(50);
    }
    watch.print("showing each view for the first time");
}

void readIndex(test::Program& program, Watch& watch, const QString& channel)
{
    auto* table = child<QTableView>(program.window, "records");
    auto* model = qobject_cast<ui::RecordsModel*>(table->model());
    program.window.showView(ui::MainWindow::Channels);
    auto* box = child<QComboBox>(program.window, "channelBox");
    box->setEditText(channel);
    watch.restart();
    const double time = answerTime(*model, [&] { QTest::keyClick(box->lineEdit(), Qt::Key_Return); });
    check(model->rowCount() > 0, "the index was read");
    std::printf("%-44s %6.0f ms for %d records\n", "index read, sorted and shown", time, int(model->shownCount()));
    watch.print("reading an index");
}

void copyMany(test::Program& program, Watch& watch, const QString& channel, const QString& layout)
{
    mirror::CopyRequest request;
    request.channel = channel;
    request.registry = QStringLiteral("oci-layout:") + layout;
    request.subdirs = QStringList{QStringLiteral("linux-64")};
    program.window.showView(ui::MainWindow::TransfersView);
    watch.restart();
    QElapsedTimer timer;
    timer.start();
    auto* transfer = program.workspace.transfers().start(request);
    check(QTest::qWaitFor([&] { return !transfer->isRunning(); }, 1'200'000), "the job ended");
    check(transfer->state() == ui::Transfer::State::Done, "the job brought everything");
    std::printf("%-44s %6.1f s for %lld packages\n", "a job into an image layout", double(timer.elapsed()) / 1e3,
                static_cast<long long>(transfer->totals().copied));
    watch.print("a job");
}

} // namespace

int main(int argc, char** argv)
{
    QApplication qt(argc, argv);
    QApplication::setApplicationName(QStringLiteral("conda-oci-mirror"));
    if (argc != 3)
        return 2;
    QTemporaryDir folder;
    QElapsedTimer timer;
    timer.start();
    test::Program program(folder.path() + QStringLiteral("/state"));
    program.window.resize(1280, 720);
    check(QTest::qWaitForWindowExposed(&program.window), "the window is there");
    QCoreApplication::processEvents();
    std::printf("%-44s %6.0f ms\n", "the window is open and drawn", static_cast<double>(timer.elapsed()));
    Watch watch;
    showViews(program, watch);
    readIndex(program, watch, QString::fromLocal8Bit(argv[1]));
    filterAndSort(program, watch);
    copyMany(program, watch, QString::fromLocal8Bit(argv[2]), folder.path() + QStringLiteral("/layout"));
    return 0;
}
