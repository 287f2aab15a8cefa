import Foundation

/// Masks secrets in a stream of terminal output that comes in pieces cut anywhere.
///
/// What may be the beginning of a secret is held back until the next piece, or until ``flush()`` (to be called when the terminal has
/// been quiet for a moment, so that a prompt that merely ends in such a word is not kept from people). Escape sequences and bytes
/// that are no UTF-8 pass unchanged. A secret that a program takes apart with cursor movements is not found here.
package struct StreamRedactor: Sendable {
    /// Most bytes that are held back; more of them are no secret of a kind that is known.
    static let maximumHeld = 4096
    /// Most bytes that are swallowed behind the beginning of a private key.
    static let maximumKey = 32_768
    /// Raw bytes of the past that are looked at again, so that a mark that was cut is seen.
    private static let contextLength = 24

    private var held: [UInt8] = []
    /// The last bytes that were let through or masked, as they came in.
    private var context: [UInt8] = []
    /// Behind a masked token whose end has not come.
    private var isInsideToken = false
    /// Behind `-----BEGIN … PRIVATE KEY-----`: how many bytes were swallowed, and the end of the last one.
    private var key: (swallowed: Int, tail: [UInt8])?

    package init() {}

    /// Whether ``flush()`` would return something.
    package var isHolding: Bool { !held.isEmpty }

    /// Bytes at the end of what came that are held back.
    package var heldCount: Int { held.count }

    package mutating func redact(_ bytes: [UInt8]) -> [UInt8] {
        var input = held.isEmpty ? bytes : held + bytes
        held = []
        if key != nil { input = swallowKey(input) }
        if isInsideToken { input = swallowToken(input) }
        guard !input.isEmpty else { return [] }
        let start = heldStart(of: input)
        held = Array(input[start...])
        if start < input.count { input.removeLast(input.count - start) }
        return masked(input)
    }

    /// What was held back, masked as far as it is a secret.
    package mutating func flush() -> [UInt8] {
        let input = held
        held = []
        let output = masked(input)
        isInsideToken = output.suffix(3).elementsEqual(Redactor.mask.utf8) && output != input
        return output
    }

    private mutating func masked(_ input: [UInt8]) -> [UInt8] {
        guard !input.isEmpty else { return [] }
        let whole = context + input
        let known = context
        context = Array(whole.suffix(Self.contextLength))
        let marks = SecretMark.all(in: whole)
        guard !marks.isEmpty else { return input }
        let result = latin1(Redactor.redact(text(latin1: whole)))
        if marks.contains(.privateKey) { noteOpenKey(in: whole) }
        guard result != whole else { return input }
        // What is already out, as it is out, cannot be taken back; all behind it is as the mask says.
        let shown = latin1(Redactor.redact(text(latin1: known)))
        let same = zip(result, shown).prefix { $0 == $1 }.count
        return Array(result[same...])
    }

    /// Where a secret may begin that does not end here: everything from the first mark on, if nothing behind it ends a secret.
    private func heldStart(of input: [UInt8]) -> Int {
        var line = input.count
        while line > 0, input.count - line < Self.maximumHeld, input[line - 1] >= 0x20 { line -= 1 }
        // Longer lines without an end: what is a secret in there is masked piece by piece.
        guard input.count - line < Self.maximumHeld else { return input.count }
        guard let mark = SecretMark.first(in: input[line...]) else { return cutMark(in: input, from: line) }
        if mark.isToken, let space = input[mark.index...].lastIndex(of: 0x20) {
            // That token is whole; a mark may stand behind it.
            guard let next = SecretMark.first(in: input[(space + 1)...]) else { return cutMark(in: input, from: space + 1) }
            return next.index
        }
        return mark.index
    }

    /// Where the last three or more bytes are the beginning of a mark.
    private func cutMark(in input: [UInt8], from line: Int) -> Int {
        for length in stride(from: min(12, input.count - line), through: 3, by: -1)
        where SecretMark.isBeginning(input[(input.count - length)...]) {
            return input.count - length
        }
        return input.count
    }

    private mutating func swallowToken(_ input: [UInt8]) -> [UInt8] {
        guard let end = input.firstIndex(where: { !SecretMark.isTokenByte($0) }) else { return [] }
        isInsideToken = false
        return Array(input[end...])
    }

    private mutating func noteOpenKey(in whole: [UInt8]) {
        let text = text(latin1: whole)
        guard let begin = text.range(of: "-----BEGIN ", options: .backwards) else { return }
        let rest = text[begin.upperBound...]
        guard rest.contains("PRIVATE KEY-----"), !rest.contains("-----END ") else { return }
        key = (0, [])
    }

    private mutating func swallowKey(_ input: [UInt8]) -> [UInt8] {
        guard let state = key else { return input }
        let text = text(latin1: state.tail + input)
        if let end = text.range(of: "-----END "), let close = text[end.upperBound...].range(of: "KEY-----") {
            key = nil
            return latin1(text[close.upperBound...])
        }
        let swallowed = state.swallowed + input.count
        key = swallowed > Self.maximumKey ? nil : (swallowed, Array((state.tail + input).suffix(80)))
        return []
    }

    /// One character for each byte, whatever the bytes are.
    private func text(latin1 bytes: [UInt8]) -> String {
        var text = String.UnicodeScalarView()
        for byte in bytes { text.append(Unicode.Scalar(byte)) }
        return String(text)
    }

    private func latin1(_ text: some StringProtocol) -> [UInt8] {
        text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
    }
}
