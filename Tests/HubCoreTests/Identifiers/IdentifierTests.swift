import Foundation
import HubCore
import Testing

@Suite struct IdentifierTests {
    @Test("reads any case and keeps lower case")
    func lowercases() {
        #expect(Project.ID("AB12CDEF-0000-4000-8000-00000000ABCD")?.text == "ab12cdef-0000-4000-8000-00000000abcd")
    }

    @Test(
        "refuses what is no UUID",
        arguments: [
            "", "42", "ab12cdef-0000-4000-8000-00000000abc", "ab12cdef-0000-4000-8000-00000000abcde",
            "gb12cdef-0000-4000-8000-00000000abcd",
            "ab12cdef00000-4000-8000-00000000abcd", "ab12cdef-0000-4000-80000-0000000abcd", " b12cdef-0000-4000-8000-00000000abcd",
            "ab12cdef-0000-4000-8000-00000000abc ", "{b12cdef-0000-4000-8000-00000000abc}", "+b12cdef-0000-4000-8000-00000000abcd",
            "-b12cdef-0000-4000-8000-00000000abcd", "ab12cdef-0000-4000-8000-00000000abc\0", "ab12cdef-0000-4000-8000-0000000０bc",
            "0x12cdef-0000-4000-8000-00000000abcd",
        ])
    func refuses(_ text: String) {
        #expect(Project.ID(text) == nil)
    }

    @Test("makes version 4 UUIDs that differ")
    func random() {
        let ids = (0..<1000).map { _ in Project.ID.random() }
        #expect(Set(ids).count == 1000)
        for id in ids {
            let text = Array(id.text)
            #expect(text.count == 36 && text[14] == "4" && "89ab".contains(text[19]) && id.text == id.text.lowercased())
            #expect(Project.ID(id.text) == id)
        }
    }

    @Test("reads project names of the chat's alphabet")
    func projectNames() {
        for name in ["a", "web_2", "01234567890123456789"] { #expect(Project.isName(name)) }
        for name in ["", "Web", "a-b", "a b", "ä", "012345678901234567890", "a\0"] { #expect(!Project.isName(name)) }
    }

    @Test("reads event subjects back")
    func subjects() {
        let subject = Event.Subject(.task, "ab/12")
        #expect(Event.Subject(subject.description) == subject)
        for text in ["", "task", "task/", "planet/1"] { #expect(Event.Subject(text) == nil) }
    }
}
