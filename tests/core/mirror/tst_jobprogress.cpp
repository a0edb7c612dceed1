// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/mirror/copy/jobprogress.h"

#include <QTest>

using namespace condaoci;
using namespace condaoci::mirror;

/// What is counted as done, as failed and as moved.
class TestJobProgress : public QObject
{
    Q_OBJECT

private:
    conda::PackageRecord m_record = [] {
        conda::PackageRecord record;
        record.size = 1000;
        record.sha256 = "aa";
        return record;
    }();
    CopyPlan m_plan = [this] {
        CopyPlan plan;
        for (quint32 i = 0; i < 3; ++i) {
            plan.files.push_back({&m_record, 0, nullptr, false, false});
            plan.units.push_back({i, 1});
        }
        plan.copyFiles = 3;
        plan.copyBytes = 3000;
        return plan;
    }();

    static FileOutcome outcome(FileOutcome::State state)
    {
        FileOutcome made;
        made.state = state;
        if (state == FileOutcome::State::Failed)
            made.error = Error{ErrorKind::Integrity, QStringLiteral("wrong checksum")};
        return made;
    }

private Q_SLOTS:
    void whatFailedIsNotDone()
    {
        JobProgress progress(m_plan);
        progress.started(m_plan.units[0]);
        progress.bytes(0, 400);
        QCOMPARE(progress.totals().bytesDone, 400);
        progress.finished(m_plan, m_plan.units[0], {outcome(FileOutcome::State::Failed)});
        Totals totals = progress.totals();
        QCOMPARE(totals.bytesDone, 0);
        QCOMPARE(totals.bytesFailed, 1000);
        QCOMPARE(totals.bytesMoved, 400); // that much did come
        QCOMPARE(totals.bytesLeft(), 2000);
        QCOMPARE(totals.filesDone, 1);

        // Begun anew it counts once as done, and twice as moved.
        progress.started(m_plan.units[1]);
        progress.bytes(1, 700);
        progress.bytes(1, 0);
        progress.bytes(1, 300);
        QCOMPARE(progress.totals().bytesDone, 300);
        progress.finished(m_plan, m_plan.units[1], {outcome(FileOutcome::State::Copied)});
        totals = progress.totals();
        QCOMPARE(totals.bytesDone, 1000);
        QCOMPARE(totals.bytesCopied, 1000);
        QCOMPARE(totals.bytesMoved, 400 + 700 + 1000);

        // What turns out to be there is done, and nothing moved.
        progress.started(m_plan.units[2]);
        progress.finished(m_plan, m_plan.units[2], {outcome(FileOutcome::State::AlreadyThere)});
        totals = progress.totals();
        QCOMPARE(totals.bytesDone, 2000);
        QCOMPARE(totals.bytesMoved, 2100);
        QCOMPARE(totals.bytesLeft(), 0);
        QCOMPARE(totals.filesDone, 3);
    }

    void whatWasStoppedIsStillToDo()
    {
        JobProgress progress(m_plan);
        progress.started(m_plan.units[0]);
        progress.bytes(0, 400);
        progress.finished(m_plan, m_plan.units[0], {outcome(FileOutcome::State::Cancelled)});
        QCOMPARE(progress.totals().bytesDone, 0);
        QCOMPARE(progress.totals().bytesLeft(), 3000);
    }
};

QTEST_GUILESS_MAIN(TestJobProgress)
#include "tst_jobprogress.moc"
