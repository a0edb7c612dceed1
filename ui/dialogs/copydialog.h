// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/mirror/request/copyrequest.h"
#include "ui/workspace.h"

#include <QDialog>

#include <stop_token>

class QAbstractButton;
class QCheckBox;
class QComboBox;
class QFormLayout;
class QLabel;
class QLineEdit;
class QListWidget;
class QPlainTextEdit;
class QProgressBar;
class QPushButton;
class QSpinBox;
class QTableView;
class QToolButton;

namespace condaoci::mirror {
class CopyJob;
struct CopyReport;
} // namespace condaoci::mirror

namespace condaoci::ui {

class PlanModel;
class Transfer;

/// The Mirror, Pull and Push dialogs: one page from where to where, which packages, and how; a preview of what would
/// happen, and Start. Takes lock files that are dropped on it.
class CopyDialog final : public QDialog
{
    Q_OBJECT

public:
    /// \param request  fills the fields; its verb is the dialog's, Copy is not offered
    CopyDialog(Workspace& workspace, const mirror::CopyRequest& request, QWidget* parent = nullptr);
    ~CopyDialog() override;

    [[nodiscard]] mirror::CopyRequest request() const; ///< what stands in the fields now

Q_SIGNALS:
    void started(condaoci::ui::Transfer* transfer);
    void signInWanted(const QString& registry);

protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    void buildPlaces(QFormLayout& form);
    void buildPlatforms(QFormLayout& form);
    void buildPackages(QFormLayout& form);
    void buildLockFiles(QFormLayout& form);
    void buildOptions(QFormLayout& form);
    void buildPreview();
    void buildButtons();
    void fill(const mirror::CopyRequest& request);
    void addLockFiles(const QStringList& paths);
    void readLockFiles();
    void keepSelections();
    void chooseSubdirs(const QStringList& subdirs);
    void subdirsTouched();
    [[nodiscard]] QStringList chosenSubdirs() const;
    [[nodiscard]] QStringList lockFiles() const;
    void changed();
    void say(const QString& message, bool isProblem);
    [[nodiscard]] bool hasSubdirs(); ///< or it is said that one is to be chosen
    void preview();
    void dropPreview();
    void showPlan(const mirror::CopyReport& report);
    void start();

    Workspace& m_workspace;
    mirror::CopyRequest m_base; ///< what the fields don't show
    QComboBox* m_channel = nullptr;
    QComboBox* m_registry = nullptr;
    QComboBox* m_cache = nullptr;
    QLineEdit* m_as = nullptr;
    QList<QCheckBox*> m_subdirs;
    QLineEdit* m_otherSubdirs = nullptr;
    QPlainTextEdit* m_packages = nullptr;
    QListWidget* m_lockFiles = nullptr;
    QWidget* m_lockArea = nullptr;
    QLabel* m_lockSummary = nullptr;
    QCheckBox* m_dependencies = nullptr;
    QCheckBox* m_deep = nullptr;
    QCheckBox* m_allowShrink = nullptr;
    QCheckBox* m_trustFiles = nullptr;
    QCheckBox* m_adopt = nullptr;
    QCheckBox* m_strict = nullptr;
    QCheckBox* m_yanked = nullptr;
    QCheckBox* m_fullIndex = nullptr;
    QCheckBox* m_allVersions = nullptr;
    QCheckBox* m_everything = nullptr;
    QSpinBox* m_workers = nullptr;
    QToolButton* m_fold = nullptr;
    QWidget* m_options = nullptr;
    QLabel* m_message = nullptr;
    QProgressBar* m_busy = nullptr;
    QTableView* m_plan = nullptr;
    PlanModel* m_planModel = nullptr;
    QPushButton* m_preview = nullptr;
    QPushButton* m_start = nullptr;
    QPushButton* m_signIn = nullptr;
    std::unique_ptr<mirror::CopyJob> m_job; ///< the dry run of the preview
    QStringList m_lockSubdirs;              ///< the platforms that the lock files name
    bool m_areSubdirsOffered = false;       ///< as this dialog ticked them, and no person did
    std::stop_source m_reading;             ///< of lock files
    std::stop_source m_preparing;
};

} // namespace condaoci::ui
