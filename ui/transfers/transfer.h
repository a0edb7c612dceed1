// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/mirror/copy/copyjob.h"
#include "core/mirror/request/copyrequest.h"
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

} // namespace condaoci::ui
