// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "ui/page.h"
#include "ui/registries/registrytree.h"

class QAction;
class QLabel;
class QLineEdit;
class QStackedWidget;
class QTreeView;

namespace condaoci::ui {

class Inspector;

/// The view of what stands in registries and image layouts: sign in, look into packages, pull, save.
class RegistriesPage final : public Page
{
    Q_OBJECT

public:
    explicit RegistriesPage(Workspace& workspace, QWidget* parent = nullptr);

    void fillMenu(QMenu& menu) override;
    void entered() override;

private:
    void buildActions();
    [[nodiscard]] QWidget* adding(const char* name);
    void add(QLineEdit& field);
    void refresh();
    void showProblem();
    void signOut();
    void test();
    void pull();
    [[nodiscard]] static mirror::CopyRequest pullRequest(const std::vector<RegistryTree::Place>& places);
    [[nodiscard]] std::vector<RegistryTree::Place> selected() const;
    void savePackage();
    void download(const RegistryTree::Place& place, const QString& path);
    [[nodiscard]] RegistryTree::Place chosen() const;

    RegistryTree* m_model;
    QTreeView* m_tree;
    Inspector* m_inspector;
    QStackedWidget* m_stack;
    QLabel* m_message;
    QAction* m_signIn = nullptr;
    QAction* m_signOut = nullptr;
    QAction* m_test = nullptr;
    QAction* m_pull = nullptr;
    QAction* m_save = nullptr;
    QAction* m_copy = nullptr;
    QAction* m_remove = nullptr;
};

} // namespace condaoci::ui
