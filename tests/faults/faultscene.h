// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/http/httpclient.h"
#include "core/mirror/copy/copyreport.h"
#include "core/mirror/copy/copyspec.h"
#include "tests/support/fakeregistry.h"

#include <QMetaType>
#include <QTemporaryDir>
#include <QTest>

#include <memory>
#include <stop_token>

namespace condaoci::test {

/// What is done while something goes wrong; each goes through everything above HTTP.
enum class Deed {
    Push, ///< one package, channel → registry
    Pull, ///< the same, registry → cache
    Deep, ///< a second push that asks for the package's blob
    Tags, ///< the tags of the package's repository
};

/// A column of the table of faults.
struct Operation
{
    const char* letter;
    Deed deed;
    Op op;
    QByteArray where; ///< part of the paths that it is about
};
/// T, M, L, H, B, R (the package) and U, P; `U` is there twice, for the request that begins and the one that sends.
[[nodiscard]] const QList<Operation>& operations();

/// One cell: an operation, a fault, and what must come of it.
struct Cell
{
    Operation operation;
    std::function<Answer(const ReceivedRequest&, const std::function<Answer()>& honest)> answer;
    int times = 1;     ///< that the fault is met; Fault::forever
    int exitCode = 0;  ///< of the run
    int hits = 1;      ///< how often the fault was met in the end, which is: how often it was tried; -1: no matter
    QString says = {}; ///< part of the error's message
    http::Timeouts timeouts = {};
    int after = 0;
    int mostHits = 0; ///< where more than `hits` are right: Qt sends again by itself on a kept connection
    std::function<void(FakeWorld&)> prepare = {};
};

/// An answer in place of the honest one, which it may look at.
using Honest = std::function<Answer()>;
using Lie = std::function<Answer(const ReceivedRequest&, const Honest&)>;
[[nodiscard]] Lie says(const QByteArray& bytes); ///< these bytes, whatever was asked
[[nodiscard]] bool isWrite(const Operation& operation);

/// For the _data function of a test of cells: its column, and a row "FAULT_LETTER what".
void columns();
QTestData& row(const char* fault, const Operation& operation, const QByteArray& what);
/// The test itself: checks the row's cell in a scene of its own.
void check();

/// Waits of milliseconds between tries, and a few seconds for what ought not to take any time.
[[nodiscard]] http::Timeouts quickRetries();
/// And half a second of patience.
[[nodiscard]] http::Timeouts impatient();

/// A world of fakes, a folder for caches, and one run after the other.
class FaultScene
{
public:
    FaultScene();
    [[nodiscard]] mirror::CopyReport run(Deed deed, const http::Timeouts& timeouts);
    /// What the user cancels the first run with a fault with.
    void stopWith(std::stop_token stop) { m_stop = std::move(stop); }
    /// Sets the fault, runs, and checks all that a cell promises: the outcome, how often it was tried, who was sent
    /// what, that nothing wrong can be seen, that no secret was told, and that the next run mends everything. Records
    /// failures with QTest.
    void check(const Cell& cell);
    [[nodiscard]] QStringList cacheProblems() const;
    [[nodiscard]] QString cacheFile() const;

    FakeWorld world;
    mirror::CopyReport report;

private:
    [[nodiscard]] mirror::CopySpec spec(Deed deed) const;
    [[nodiscard]] mirror::CopyReport listTags(const http::Timeouts& timeouts);
    void checkConverges(const Cell& cell);

    QTemporaryDir m_folder;
    QStringList m_tags;
    std::stop_token m_stop;
};

/// Everything that was logged, and that would have been printed, while it lives.
class Overheard
{
public:
    Overheard();
    ~Overheard();
    [[nodiscard]] QStringList lines() const;

private:
    QtMessageHandler m_before;
};

} // namespace condaoci::test

Q_DECLARE_METATYPE(condaoci::test::Cell)
