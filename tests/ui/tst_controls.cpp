// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
// Every window and dialog in every language: each control has a name, is reached by Tab, has a letter of its own, and
// shows its text whole at 1280×720.
#include "core/oci/hostprofile.h"
#include "tests/paths.h"
#include "tests/ui/program.h"
#include "ui/dialogs/aboutdialog.h"
#include "ui/dialogs/credentialsdialog.h"
#include "ui/dialogs/preferencesdialog.h"
#include "ui/dialogs/transferdialog.h"
#include "ui/translations.h"
#include "ui/widgets/elidedlabel.h"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QAccessible>
#include <QApplication>
#include <QComboBox>
#include <QDir>
#include <QKeySequence>
#include <QLabel>
#include <QLineEdit>
#include <QMenuBar>
#include <QPlainTextEdit>
#include <QProcess>
#include <QRegularExpression>
#include <QSpinBox>
#include <QTabBar>
#include <QTemporaryDir>
#include <QToolButton>
#include <QTranslator>
#include <QXmlStreamReader>

using namespace condaoci;
using test::child;
using test::Program;
using ui::MainWindow;

namespace {

QString described(const QWidget& widget)
{
    QString text = QLatin1String(widget.metaObject()->className()) + QLatin1Char(' ') + widget.objectName();
    if (const auto* button = qobject_cast<const QAbstractButton*>(&widget))
        text += QStringLiteral(" \"%1\"").arg(button->text());
    return text;
}

/// A part of another control, which is named and reached as a whole.
bool isPart(const QWidget& widget)
{
    for (const QWidget* parent = widget.parentWidget(); parent; parent = parent->parentWidget()) {
        if (qobject_cast<const QComboBox*>(parent) || qobject_cast<const QAbstractSpinBox*>(parent) ||
            qobject_cast<const QAbstractItemView*>(parent) || qobject_cast<const QTabBar*>(parent) ||
            parent->inherits("QComboBoxPrivateContainer") || qobject_cast<const QLineEdit*>(parent) ||
            qobject_cast<const QMenuBar*>(parent))
            return true;
    }
    return widget.objectName().startsWith(QLatin1String("qt_"));
}

bool isControl(const QWidget& widget)
{
    return (qobject_cast<const QAbstractButton*>(&widget) || qobject_cast<const QLineEdit*>(&widget) ||
            qobject_cast<const QComboBox*>(&widget) || qobject_cast<const QAbstractItemView*>(&widget) ||
            qobject_cast<const QPlainTextEdit*>(&widget) || qobject_cast<const QAbstractSpinBox*>(&widget)) &&
           !isPart(widget);
}

QList<QWidget*> controls(QWidget& window)
{
    QList<QWidget*> found;
    for (QWidget* widget : window.findChildren<QWidget*>()) {
        if (widget->isVisible() && widget->window() == &window && isControl(*widget))
            found.append(widget);
    }
    return found;
}

QStringList nameless(QWidget& window)
{
    QStringList found;
    for (const QWidget* widget : controls(window)) {
        const QAccessibleInterface* face = QAccessible::queryAccessibleInterface(const_cast<QWidget*>(widget));
        if (!face || face->text(QAccessible::Name).trimmed().isEmpty())
            found.append(described(*widget));
    }
    return found;
}

/// What Tab does not come by, among what can be used. A tool bar's buttons have shortcuts or are in the menus.
QStringList notReached(QWidget& window)
{
    QSet<const QWidget*> reached;
    QWidget* at = &window;
    for (int i = 0; i < 500; ++i) {
        at = at->nextInFocusChain();
        if (at == &window)
            break;
        if (at->isVisible() && at->isEnabled() && (at->focusPolicy() & Qt::TabFocus))
            reached.insert(at);
    }
    QStringList missing;
    for (const QWidget* widget : controls(window)) {
        const bool isReached = std::any_of(reached.begin(), reached.end(), [&](const QWidget* one) {
            return one == widget || widget->isAncestorOf(one) || one == widget->focusProxy();
        });
        const auto* tool = qobject_cast<const QToolButton*>(widget);
        const bool isOfABar = tool && tool->defaultAction() && !tool->defaultAction()->objectName().isEmpty();
        if (widget->isEnabled() && !isReached && !isOfABar)
            missing.append(described(*widget));
    }
    return missing;
}

/// Letters that two controls, shown together, both answer to.
QStringList letterClashes(QWidget& window)
{
    QMultiMap<QString, QString> letters;
    const auto add = [&](const QString& text) {
        const QKeySequence key = QKeySequence::mnemonic(text);
        if (!key.isEmpty())
            letters.insert(key.toString(), text);
    };
    for (const QWidget* widget : window.findChildren<QWidget*>()) {
        if (!widget->isVisible() || widget->window() != &window || isPart(*widget))
            continue;
        if (const auto* button = qobject_cast<const QAbstractButton*>(widget))
            add(button->text());
        if (const auto* label = qobject_cast<const QLabel*>(widget); label && label->buddy())
            add(label->text());
        if (const auto* tabs = qobject_cast<const QTabBar*>(widget)) {
            for (int i = 0; i < tabs->count(); ++i)
                add(tabs->tabText(i));
        }
        if (const auto* bar = qobject_cast<const QMenuBar*>(widget)) {
            for (const QAction* action : bar->actions())
                add(action->text());
        }
    }
    QStringList clashes;
    for (const QString& key : letters.uniqueKeys()) {
        if (letters.count(key) > 1)
            clashes.append(key + QStringLiteral(": ") + letters.values(key).join(QStringLiteral(", ")));
    }
    return clashes;
}

/// Buttons and labels that are narrower or lower than their texts.
QStringList cutOff(QWidget& window)
{
    QStringList cut;
    for (const QWidget* widget : window.findChildren<QWidget*>()) {
        if (!widget->isVisible() || widget->window() != &window || isPart(*widget))
            continue;
        const auto* label = qobject_cast<const QLabel*>(widget);
        const auto* button = qobject_cast<const QAbstractButton*>(widget);
        if (button && !button->text().isEmpty() && widget->width() < widget->minimumSizeHint().width())
            cut.append(described(*widget));
        if (!label || label->text().isEmpty() || qobject_cast<const ui::ElidedLabel*>(widget))
            continue;
        const int needed = label->wordWrap() ? label->heightForWidth(label->width()) : label->sizeHint().height();
        if ((!label->wordWrap() && label->width() < label->sizeHint().width()) || label->height() < needed)
            cut.append(described(*widget) + QStringLiteral(": ") + label->text());
    }
    return cut;
}

} // namespace

class TestControls : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_folder;
    QString m_problems;

    void look(QWidget& window, const QString& name)
    {
        QTest::qWait(100);
        const auto add = [&](const char* what, const QStringList& found) {
            for (const QString& one : found)
                m_problems += QStringLiteral("\n  %1: %2: %3").arg(name, QLatin1String(what), one);
        };
        add("has no name", nameless(window));
        add("is not reached by Tab", notReached(window));
        add("share a letter", letterClashes(window));
        add("is cut off", cutOff(window));
        if (window.minimumSizeHint().width() > 1280 || window.minimumSizeHint().height() > 690)
            add("does not fit",
                {QStringLiteral("%1×%2").arg(window.minimumSizeHint().width()).arg(window.minimumSizeHint().height())});
    }

    void lookAtViews(Program& program, const QString& state)
    {
        for (int view = MainWindow::Channels; view <= MainWindow::TransfersView; ++view) {
            program.window.showView(static_cast<MainWindow::View>(view));
            look(program.window, QStringLiteral("view %1, %2").arg(view + 1).arg(state));
        }
    }

    void lookAtDialogs(Program& program)
    {
        using Verb = mirror::CopyRequest::Verb;
        for (const Verb verb : {Verb::Mirror, Verb::PullCache, Verb::PushCache}) {
            mirror::CopyRequest request;
            request.verb = verb;
            program.window.openCopyDialog(request);
            auto* copy = child<QDialog>(program.window, "copyDialog");
            QVERIFY(copy);
            child<QAbstractButton>(*copy, "foldOptions")->click();
            look(*copy, QStringLiteral("copy dialog %1").arg(static_cast<int>(verb)));
            delete copy;
        }
        ui::CredentialsDialog sign(program.workspace, QStringLiteral("ghcr.io/myorg"), &program.window);
        ui::PreferencesDialog preferences(program.workspace, &program.window);
        ui::AboutDialog about(&program.window);
        ui::TransferDialog transfer(program.workspace, program.workspace.transfers().at(0), &program.window);
        for (QDialog* one : std::initializer_list<QDialog*>{&sign, &preferences, &about, &transfer}) {
            one->show();
            look(*one, one->objectName());
            one->hide();
        }
    }

    /// Labels that would read a text as markup, and tool tips that do.
    static QStringList readingMarkup(const QWidget& window)
    {
        QStringList found;
        for (const QWidget* widget : window.findChildren<QWidget*>()) {
            const auto* label = qobject_cast<const QLabel*>(widget);
            if (label && label->text().contains(QLatin1String("<img")) && label->textFormat() != Qt::PlainText)
                found.append(described(*widget) + QStringLiteral(": ") + label->text());
            if (widget->toolTip().contains(QLatin1String("<img")))
                found.append(described(*widget) + QStringLiteral(" tool tip"));
        }
        return found;
    }

private Q_SLOTS:
    // Names that would be a picture, an entity, a line, or run the other way, are shown as what they are.
    void A32_Q16_hostileNamesAreText()
    {
        const QString hostile = m_folder.filePath(QStringLiteral("<img src=x>&amp;\u202E"));
        QVERIFY(QDir().mkpath(hostile));
        QCOMPARE(QProcess::execute(QStringLiteral("cp"),
                                   {QStringLiteral("-r"),
                                    QStringLiteral(SOURCE_DIR) + QStringLiteral("/resources/sample-channel"), hostile}),
                 0);
        Program program(m_folder.filePath(QStringLiteral("hostile-state")));
        mirror::CopyRequest request;
        request.channel = hostile + QStringLiteral("/sample-channel");
        request.registry = QStringLiteral("oci-layout:") + hostile + QStringLiteral("/layout");
        request.subdirs = QStringList{QStringLiteral("noarch")};
        program.workspace.putChannel({request.channel, {}, request.registry});
        program.workspace.putRegistry({request.registry, {}});
        auto* done = program.workspace.transfers().start(request);
        QTRY_VERIFY(!done->isRunning());
        request.channel = hostile + QStringLiteral("/not there");
        auto* failed = program.workspace.transfers().start(request);
        QTRY_VERIFY(!failed->isRunning());
        program.workspace.addCache(hostile);
        QStringList problems;
        for (int view = MainWindow::Channels; view <= MainWindow::TransfersView; ++view) {
            program.window.showView(static_cast<MainWindow::View>(view));
            QTest::qWait(150);
            problems += readingMarkup(program.window);
        }
        request.packages = QStringList{QStringLiteral("<img src=x>")};
        program.window.openCopyDialog(request);
        auto* copy = child<QDialog>(program.window, "copyDialog");
        QVERIFY(copy);
        child<QAbstractButton>(*copy, "preview")->click();
        QTRY_VERIFY(!child<QLabel>(*copy, "message")->text().isEmpty());
        problems += readingMarkup(*copy);
        ui::TransferDialog transfer(program.workspace, failed, &program.window);
        transfer.show();
        problems += readingMarkup(transfer);
        QVERIFY2(problems.isEmpty(), qPrintable(problems.join(QLatin1Char('\n'))));
    }

    // What was extracted is translated, and names what the original names.
    void everyTextIsTranslated()
    {
        QFile file(QStringLiteral(SOURCE_DIR "/resources/translations/conda-oci-mirror_de.ts"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const auto places = [](const QString& text) {
            static const QRegularExpression place(QStringLiteral("%[1-9]"));
            QSet<QString> found;
            for (auto it = place.globalMatch(text); it.hasNext();)
                found.insert(it.next().captured());
            return found;
        };
        QString source;
        QStringList problems;
        int texts = 0;
        for (QXmlStreamReader xml(&file); !xml.atEnd();) {
            if (xml.readNext() != QXmlStreamReader::StartElement)
                continue;
            if (xml.name() == QLatin1String("source"))
                source = xml.readElementText();
            if (xml.name() != QLatin1String("translation"))
                continue;
            if (xml.attributes().hasAttribute(QLatin1String("type"))) // unfinished, vanished or obsolete
                problems.append(QStringLiteral("%1: %2").arg(xml.attributes().value(QLatin1String("type")), source));
            const QString text = xml.readElementText(QXmlStreamReader::IncludeChildElements);
            ++texts;
            if (text.trimmed().isEmpty() || places(text) != places(source))
                problems.append(source + QStringLiteral(" => ") + text);
        }
        QVERIFY(texts > 0);
        QVERIFY2(problems.isEmpty(), qPrintable(problems.join(QLatin1Char('\n'))));
        // Texts that are not translated where they stand are looked up where they were extracted.
        ui::installTranslators(*qApp, QStringLiteral("de"));
        const QString note = oci::noteOf(QUrl(QStringLiteral("https://ghcr.io")));
        for (QTranslator* translator : qApp->findChildren<QTranslator*>())
            delete translator;
        QVERIFY2(note.startsWith(QStringLiteral("GitHub macht")), qPrintable(note));
    }

    void everyWindow_data()
    {
        QTest::addColumn<QString>("language");
        for (const char* language : {"en", "de", "qps"})
            QTest::newRow(language) << QString::fromLatin1(language);
    }
    void everyWindow()
    {
        QFETCH(QString, language);
        ui::installTranslators(*qApp, language);
        QApplication::setLayoutDirection(Qt::LayoutDirectionAuto);
        m_problems.clear();
        {
            Program program(m_folder.filePath(language));
            program.window.resize(1280, 690);
            look(program.window, QStringLiteral("first start"));
            lookAtViews(program, QStringLiteral("empty"));
            program.window.tryIt();
            QTRY_VERIFY(program.workspace.transfers().count() == 1 && !program.workspace.transfers().isAnyRunning());
            lookAtViews(program, QStringLiteral("full"));
            lookAtDialogs(program);
        }
        for (QTranslator* translator : qApp->findChildren<QTranslator*>())
            delete translator;
        QVERIFY2(m_problems.isEmpty(), qPrintable(m_problems));
    }
};

QTEST_MAIN(TestControls)
#include "tst_controls.moc"
