// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/mirror/copyjob.h"
#include "core/mirror/copyrequest.h"
#include "ui/credentials.h"
#include "ui/filewriter.h"

#include <QElapsedTimer>
#include <QObject>

namespace condaoci::ui {

/// One job, running or past, and what there is to show of it. Of one that ended, its packages stand in a file.
/// Lives on the UI thread.
class Transfer : public QObject
{
    Q_OBJECT

public:
    enum class State {
        Waiting, ///< its credentials are looked up, its lock files are read
        Planning,
        Copying,
        Stopping,    ///< asked to stop, and about to
        Done,        ///< everything is there
        Incomplete,  ///< it ran to its end, and some packages failed
        Failed,      ///< an error stopped it, or it could not begin
        Stopped,     ///< by the user
        Interrupted, ///< the program ended while it ran
    };
    Q_ENUM(State)

    struct File
    {
        mirror::FileOutcome::State state = mirror::FileOutcome::State::Waiting;
        qint64 bytes = 0; ///< done so far
        int attempts = 0;
    };
    struct Failed
    {
        QString subdir;
        QString fileName;
        QString kind; ///< condaoci::kindName
        QString message;
        QByteArray sha256; ///< as the record has it; may be empty
    };

    /// \param folder  where its report is to be written
    Transfer(QString id, mirror::CopyRequest request, QString folder);
    ~Transfer() override;

    void start(const Credentials& credentials);
    void stop();

    [[nodiscard]] const QString& id() const { return m_id; }
    [[nodiscard]] const mirror::CopyRequest& request() const { return m_request; }
    [[nodiscard]] QString title() const { return mirror::title(m_request); }
    [[nodiscard]] State state() const { return m_state; }
    [[nodiscard]] bool isRunning() const { return m_state <= State::Stopping; }
    [[nodiscard]] QString stateText() const; ///< for people
    [[nodiscard]] const mirror::Totals& totals() const { return m_totals; }
    [[nodiscard]] const std::shared_ptr<const mirror::CopyPlan>& plan() const
    {
        return m_plan;
    } ///< null at first, and when it has ended
    /// One for each file of the plan.
    [[nodiscard]] const std::vector<File>& files() const { return m_files; }
    /// Of a finished one, at most `failuresKept`; all of them stand in its report.
    [[nodiscard]] const std::vector<Failed>& failures() const { return m_failures; }
    [[nodiscard]] qint64 failureCount() const { return m_failureCount; }
    [[nodiscard]] QString failureReasons() const; ///< "wrong checksum, not found": of the failures, for people
    [[nodiscard]] QString errorOf(quint32 file) const { return m_errors.value(file); } ///< of a failed file of the plan
    [[nodiscard]] QList<quint32> failedFiles() const { return m_errors.keys(); }       ///< of the plan, in no order
    /// Packages that were there, as an index said or as it turned out.
    [[nodiscard]] qint64 alreadyThere() const { return m_presentFiles + m_totals.alreadyThere; }
    [[nodiscard]] const QString& error() const { return m_error; } ///< what stopped it
    [[nodiscard]] const QStringList& notes() const { return m_notes; }
    [[nodiscard]] bool credentialsMissing() const { return m_credentialsMissing; }
    [[nodiscard]] const QDateTime& startedAt() const { return m_startedAt; }
    [[nodiscard]] qint64 seconds() const; ///< that it has been running, or ran

    /// Bytes a second in each second of the run so far, the last 600 of them.
    [[nodiscard]] const QList<qint64>& speeds() const { return m_speeds; }
    [[nodiscard]] qint64 speed() const;       ///< bytes a second, over the last ten
    [[nodiscard]] qint64 secondsLeft() const; ///< -1: not known
    /// The file that holds the report as `--report` writes it (which names every package of the plan and so may be
    /// large); empty where there is none.
    [[nodiscard]] QString reportFile() const;
    [[nodiscard]] QString filesFile() const; ///< FinishedFiles of one that ended; need not be there

    [[nodiscard]] QJsonObject toJson() const;
    [[nodiscard]] static std::unique_ptr<Transfer> fromJson(const QJsonObject& json, const QString& folder);

    static constexpr size_t failuresKept = 10'000; ///< with more, trying them again is running everything again

Q_SIGNALS:
    void stateChanged();
    void planned();
    void totalsChanged();
    void filesChanged(const std::vector<condaoci::mirror::FileUpdate>& updates);
    void finished();

private:
    void run(const Result<mirror::CopySpec>& spec, oci::Authenticator::Lookup credentials);
    void setState(State state);
    void finish(const mirror::CopyReport& report);
    void failWith(const Error& error);
    void measure();

    QString m_id;
    QString m_folder;
    mirror::CopyRequest m_request;
    State m_state = State::Waiting;
    QString m_phase;
    std::unique_ptr<mirror::CopyJob> m_job;
    std::shared_ptr<const mirror::CopyPlan> m_plan;
    std::vector<File> m_files;
    QHash<quint32, QString> m_errors;
    std::vector<Failed> m_failures;
    qint64 m_failureCount = 0;
    qint64 m_presentFiles = 0; ///< of the plan
    mirror::Totals m_totals;
    QString m_error;
    QStringList m_notes;
    bool m_credentialsMissing = false;
    QDateTime m_startedAt;
    QElapsedTimer m_running;
    qint64 m_ranFor = 0; ///< milliseconds
    QList<qint64> m_speeds;
    qint64 m_measuredBytes = 0; ///< Totals::bytesMoved
    QTimer m_measure;
};

/// Every transfer, the newest last; each kept in a file of its own (FOLDER/ID.json), written in the background when it
/// starts and when it ends, so that the program may end at any time. Lives on the UI thread.
class Transfers : public QObject
{
    Q_OBJECT

public:
    Transfers(QString folder, Credentials credentials, QObject* parent = nullptr);
    ~Transfers() override; ///< stops what runs

    [[nodiscard]] int count() const { return static_cast<int>(m_transfers.size()); }
    [[nodiscard]] Transfer* at(int index) const { return m_transfers[static_cast<size_t>(index)].get(); }
    [[nodiscard]] int indexOf(const Transfer* transfer) const; ///< -1: not one of these
    [[nodiscard]] bool isAnyRunning() const;
    [[nodiscard]] const QStringList& problems() const { return m_problems; } ///< files that could not be read

    Transfer* start(const mirror::CopyRequest& request);
    /// Runs the same request again; since what is there is not copied again, this goes on where it stopped.
    Transfer* runAgain(const Transfer& transfer);
    /// Runs for the failed packages only. Error kind Disk where their list can't be written.
    [[nodiscard]] Result<Transfer*> retryFailed(const Transfer& transfer);
    void remove(const Transfer* transfer); ///< of a finished one; also its file
    void stopAll();
    /// Of these lists of packages those go that were made for a transfer (of a selection, of what had failed) and that
    /// none names any more.
    void removeUnneeded(const QStringList& lists) const;

Q_SIGNALS:
    void aboutToAdd(int index);
    void added(int index);
    void aboutToRemove(int index);
    void removed(int index);
    void changed(int index); ///< state or totals
    void finished(condaoci::ui::Transfer* transfer);
    void notWritten(const QString& message);

private:
    void load();
    void keep(const Transfer& transfer);
    void watch(Transfer* transfer);
    [[nodiscard]] QString pathOf(const Transfer& transfer) const;
    [[nodiscard]] QString selections() const;

    QString m_folder;
    Credentials m_credentials;
    std::vector<std::unique_ptr<Transfer>> m_transfers;
    QStringList m_problems;
    int m_lastNumber = 0;
    FileWriter m_writer;
};

} // namespace condaoci::ui
