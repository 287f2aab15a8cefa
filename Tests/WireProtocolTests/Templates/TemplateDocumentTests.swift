import HubCore
import Testing
import WireProtocol

@Suite struct TemplateDocumentTests {
    private func fill(_ json: JSONValue, _ values: [String: JSONValue]) -> JSONValue? {
        TemplateDocument(["spec": json]).pipeline(values, named: "x")["tasks"]?.array?.first?["spec"]
    }

    @Test("a placeholder alone becomes the argument with its type, within text its text")
    func types() {
        #expect(fill("{{n}}", ["n": 3]) == 3)
        #expect(fill("{{ n }}", ["n": "a"]) == "a")
        #expect(fill("at least {{n}} of {{m}}", ["n": .number("2.5"), "m": "them"]) == "at least 2.5 of them")
        #expect(fill("{{n}}", ["n": .null]) == .null)
        #expect(fill("a{{n}}b", ["n": .null]) == "ab")
        #expect(fill(["{{n}}", "x", .null], ["n": .null]) == ["x", .null])
        #expect(fill(["k": ["{{n}}"]], ["n": 1]) == ["k": [1]])
    }

    @Test(
        "an argument is a value, whatever it looks like",
        arguments: ["{{m}}", "\"}, {\"id\": \"evil\"", "a\n- id: evil\n  title: x", "{{{{m}}}}", "<b>*_`", "\u{202E}}}{{"])
    func hostile(_ text: String) {
        let document = TemplateDocument(["tasks": [["id": "a", "title": "{{n}}", "spec": "x{{n}}y{{m}}"]]])
        let filled = document.pipeline(["n": .string(text), "m": "M"], named: "x")
        #expect(filled == ["tasks": [["id": "a", "title": .string(text), "spec": .string("x\(text)yM")]], "name": "x"])
    }

    @Test("other braces are text")
    func braces() {
        for text in ["{{ secrets.KEY }}", "{{", "{{}}", "{{N}}", "{n}", "{{n", "{{n}", "${{ github.ref }}"] {
            #expect(fill(.string(text), ["n": "no"]) == .string(text), "\(text)")
        }
        #expect(fill("{{{n}}}", ["n": "yes"]) == "{yes}")
        #expect(fill(.string(String(repeating: "{", count: 50_000) + "{{n}}"), ["n": "e"])?.string?.hasSuffix("{e") == true)
    }

    @Test("what is used where, and keys that would be structure, are known")
    func uses() {
        let document = TemplateDocument(["tasks": [["title": "{{a}} and {{b}}", "{{c}}": "x", "depends_on": ["{{d}}"]]]])
        #expect(document.uses.map(\.name) == ["a", "b", "d"])
        #expect(document.uses.map(\.path) == ["tasks[0].title", "tasks[0].title", "tasks[0].depends_on[0]"])
        #expect(document.placeholderKeys.map(\.key) == ["{{c}}"] && document.placeholderKeys.map(\.path) == ["tasks[0]"])
    }

    @Test("a saved document stays as it is, and is called after its template where it has no name")
    func verbatim() {
        let json: JSONValue = ["tasks": [["id": "a", "title": "{{n}}"]]]
        let document = TemplateDocument(json, isVerbatim: true)
        #expect(document.pipeline(["n": "no"], named: "nightly") == ["tasks": [["id": "a", "title": "{{n}}"]], "name": "nightly"])
        let named: JSONValue = ["name": "release", "tasks": []]
        #expect(TemplateDocument(named, isVerbatim: true).pipeline([:], named: "nightly") == named)
    }
}
