// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/conda/lockyaml.h"

#include "core/base/limits.h"
#include "core/base/messages.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <istream>
#include <streambuf>
#include <unordered_map>
#include <vector>

namespace condaoci::conda {

namespace {

/// The text in pieces. yaml-cpp holds all that could still turn out to be a key, in two hundred times its size: what
/// stands behind `[[` until the brackets are closed. When that goes on for too long it gets nothing more.
class Pieces : public std::streambuf
{
public:
    explicit Pieces(const QByteArray& bytes)
        : m_bytes(bytes)
    {
    }
    void setUsed() { m_used = m_given; } ///< something became of what was given
    [[nodiscard]] bool isHeldUp() const { return m_isHeldUp; }

protected:
    int_type underflow() override
    {
        const qsizetype size = std::min<qsizetype>(limits::ioChunk, m_bytes.size() - m_given);
        m_isHeldUp = m_isHeldUp || (size > 0 && m_given - m_used > limits::lockLookahead);
        if (m_isHeldUp || size == 0)
            return traits_type::eof();
        char* piece = const_cast<char*>(m_bytes.constData()) + m_given; // a streambuf that is read from changes nothing
        m_given += size;
        setg(piece, piece, piece + size);
        return traits_type::to_int_type(*piece);
    }

private:
    const QByteArray& m_bytes;
    qsizetype m_given = 0;
    qsizetype m_used = 0;
    bool m_isHeldUp = false;
};

/// What yaml-cpp tells, one after the other: a value or key, the begin of a list or a map, the end of either.
struct Event
{
    enum class Kind { Null, Text, List, Map, End };
    Kind kind = Kind::End;
    qint64 line = 0;
    std::string text = {};

    [[nodiscard]] bool isBegin() const { return kind == Kind::List || kind == Kind::Map; }
};

/// Ends the reading from within yaml-cpp.
struct Refusal
{
    Error error;
};

Error because(const QString& why)
{
    return Error{ErrorKind::Parse, why};
}

class Reader : public YAML::EventHandler
{
public:
    using Take = std::function<Result<void>(const QByteArray&, const LockEntry&)>;
    Reader(Pieces& pieces, const Take& take)
        : m_pieces(pieces)
        , m_take(take)
    {
    }
    [[nodiscard]] const LockYaml& document() const { return m_document; }
    [[nodiscard]] qint64 line() const { return m_line; } ///< of the last event

    void OnDocumentStart(const YAML::Mark&) override {}
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { take(Event::Kind::Null, mark, anchor); }
    void OnScalar(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor, const std::string& text) override
    {
        take(Event::Kind::Text, mark, anchor, text);
    }
    void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value) override
    {
        take(Event::Kind::List, mark, anchor);
    }
    void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value) override
    {
        take(Event::Kind::Map, mark, anchor);
    }
    void OnSequenceEnd() override { take({}); }
    void OnMapEnd() override { take({}); }
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override;

private:
    struct Frame
    {
        bool isMap = false;
        bool isValueNext = false; ///< in a map: its key has come
        QByteArray key = {};      ///< empty where it is none that is asked for
    };
    struct Anchored
    {
        size_t begin = 0; ///< in m_log
        size_t end = 0;   ///< 0: it has not come whole
    };
    struct Open
    {
        YAML::anchor_t anchor;
        size_t depth;
    };

    void take(Event::Kind kind, const YAML::Mark& mark, YAML::anchor_t anchor, const std::string& text = {})
    {
        take({kind, mark.line + 1, text}, anchor);
    }
    void take(const Event& event, YAML::anchor_t anchor = 0);
    void step(const Event& event);
    void repeat(const Event& event);
    void apply(const Event& event);
    void setValue(const Event& event);
    void setDone();
    [[nodiscard]] QByteArray wanted(const std::string& key) const;
    [[nodiscard]] bool isInEntries() const { return m_frames.size() >= 2 && m_isEntries; }

    Pieces& m_pieces;
    const Take& m_take;
    LockYaml m_document;
    LockEntry m_entry;
    bool m_isEntries = false; ///< the value of the outermost map that it is at is a list of packages
    std::vector<Frame> m_frames;
    qint64 m_line = 1;
    qint64 m_values = 0;
    std::vector<Event> m_log; ///< all that is under an anchor
    std::unordered_map<YAML::anchor_t, Anchored> m_anchored;
    std::vector<Open> m_open; ///< anchors whose value has not come whole, the outermost first
    qint64 m_repeatedBytes = 0;
};

/// The key as it is asked for by name; empty for all others, and for one that has come before.
QByteArray Reader::wanted(const std::string& key) const
{
    static const QSet<QByteArray> ofDocument{"version", "package", "packages", "dependencies"};
    static const QSet<QByteArray> ofEntry{"conda", "conda_source", "hash", "kind",   "manager",
                                          "md5",   "name",         "pypi", "sha256", "url"};
    static const QSet<QByteArray> ofHash{"md5", "sha256"};
    const QByteArray name = QByteArray::fromStdString(key);
    if (m_frames.size() == 1)
        return ofDocument.contains(name) && !m_document.keys.contains(name) ? name : QByteArray();
    if (!isInEntries() || m_frames.size() > 4)
        return {};
    const bool isOfHash = m_frames.size() == 4;
    if (isOfHash && m_frames[2].key != "hash")
        return {};
    const QByteArray path = isOfHash ? "hash/" + name : name;
    return (isOfHash ? ofHash : ofEntry).contains(name) && !m_entry.texts.contains(path) ? path : QByteArray();
}

/// What is no key of a map.
void Reader::setValue(const Event& event)
{
    const QString text = event.kind == Event::Kind::Text ? QString::fromStdString(event.text) : QString();
    if (m_frames.empty()) {
        m_document.isMap = event.kind == Event::Kind::Map;
    } else if (m_frames.size() == 1) {
        const QByteArray key = m_frames[0].key;
        const bool isList = event.kind == Event::Kind::List;
        m_isEntries = isList && key.startsWith("package");
        if (key == "version")
            m_document.version = text;
        if (!key.isEmpty())
            m_document.keys.insert(key);
        if (!key.isEmpty() && isList)
            m_document.lists.insert(key);
    } else if (isInEntries() && m_frames.size() == 2) {
        m_entry = {{}, event.line};
    } else if (isInEntries() && !m_frames.back().key.isEmpty()) {
        m_entry.texts.insert(m_frames.back().key, text);
    }
}

/// A key, or a value, has come whole.
void Reader::setDone()
{
    if (m_frames.empty())
        return;
    Frame& frame = m_frames.back();
    if (frame.isMap) {
        frame.isValueNext = !frame.isValueNext;
        frame.key = frame.isValueNext ? frame.key : QByteArray();
    } else if (isInEntries() && m_frames.size() == 2) {
        if (auto taken = m_take(m_frames[0].key, m_entry); !taken)
            throw Refusal{taken.error()};
    }
}

void Reader::apply(const Event& event)
{
    if (event.kind == Event::Kind::End) {
        m_frames.pop_back();
        return setDone();
    }
    const bool isKey = !m_frames.empty() && m_frames.back().isMap && !m_frames.back().isValueNext;
    if (isKey && event.kind == Event::Kind::Text)
        m_frames.back().key = wanted(event.text);
    else if (!isKey)
        setValue(event);
    if (!event.isBegin())
        return setDone();
    if (m_frames.size() >= static_cast<size_t>(limits::lockDepth))
        throw Refusal{because(Messages::tr("it is neither a pixi.lock, a conda-lock.yml nor an @EXPLICIT list; line %1 "
                                           "is nested too deep")
                                  .arg(m_line))};
    m_frames.push_back({event.kind == Event::Kind::Map});
}

void Reader::step(const Event& event)
{
    if (++m_values > limits::lockValues)
        throw Refusal{because(Messages::tr("it has more than %1 values").arg(limits::lockValues))};
    if (!m_open.empty()) {
        repeat(event);
        m_log.push_back(event);
    }
    apply(event);
}

/// Counts what an anchor makes us keep, and an alias do again.
void Reader::repeat(const Event& event)
{
    m_repeatedBytes += static_cast<qint64>(sizeof event + event.text.size());
    if (m_repeatedBytes > limits::lockAliases)
        throw Refusal{because(Messages::tr("its anchors and aliases take more than %1 bytes, on line %2")
                                  .arg(limits::lockAliases)
                                  .arg(m_line))};
}

void Reader::take(const Event& event, YAML::anchor_t anchor)
{
    m_pieces.setUsed();
    m_line = std::max(m_line, event.line);
    if (anchor != 0) {
        m_anchored[anchor] = {m_log.size(), 0};
        m_open.push_back({anchor, m_frames.size()});
    }
    step(event);
    for (; !m_open.empty() && m_open.back().depth == m_frames.size(); m_open.pop_back())
        m_anchored[m_open.back().anchor].end = m_log.size();
}

void Reader::OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor)
{
    const Anchored what = m_anchored[anchor];
    if (what.end == 0) // it is within itself
        return take({Event::Kind::Null, mark.line + 1});
    m_pieces.setUsed();
    for (size_t i = what.begin; i < what.end; ++i) {
        const Event event = m_log[i]; // step() may move the log
        repeat(event);
        step(event);
    }
}

} // namespace

Result<LockYaml> readLockYaml(const QByteArray& bytes, const Reader::Take& take)
{
    Pieces pieces(bytes);
    std::istream stream(&pieces);
    Reader reader(pieces, take);
    QString why;
    // yaml-cpp reports by exceptions, in words for programmers; they end here.
    try {
        YAML::Parser(stream).HandleNextDocument(reader);
    } catch (const Refusal& refusal) {
        return refusal.error;
    } catch (const YAML::Exception& exception) {
        why = Messages::tr("it is neither a pixi.lock, a conda-lock.yml nor an @EXPLICIT list; line %1 is not YAML")
                  .arg(std::max(exception.mark.line, 0) + 1);
    }
    if (pieces.isHeldUp())
        why = Messages::tr("behind line %1 something goes on for more than %2 bytes that is no value of a lock file")
                  .arg(reader.line())
                  .arg(limits::lockLookahead);
    return why.isEmpty() ? Result<LockYaml>(reader.document()) : because(why);
}

} // namespace condaoci::conda
