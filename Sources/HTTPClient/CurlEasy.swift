import CCurl
import Foundation

/// A libcurl easy handle, kept and used again for one request after another.
///
/// Not sendable: it is made, used and closed on the thread of its ``CurlMultiLoop``.
final class CurlEasy {
    let handle: UnsafeMutableRawPointer
    private var headerList: UnsafeMutablePointer<curl_slist>?

    init?() {
        guard let handle = curl_easy_init() else { return nil }
        self.handle = handle
    }

    deinit {
        curl_easy_cleanup(handle)
        curl_slist_free_all(headerList)
    }

    /// Forgets the last request, but not the TLS sessions.
    func reset() {
        curl_easy_reset(handle)
        curl_slist_free_all(headerList)
        headerList = nil
    }

    func set(_ option: CURLoption, _ value: Int) { _ = ccurl_easy_set_long(handle, option, value) }
    func set(_ option: CURLoption, offset value: Int64) { _ = ccurl_easy_set_offset(handle, option, curl_off_t(value)) }
    /// libcurl copies the string.
    func set(_ option: CURLoption, _ value: String) { _ = ccurl_easy_set_string(handle, option, value) }
    func set(_ option: CURLoption, _ value: UnsafeMutableRawPointer?) { _ = ccurl_easy_set_pointer(handle, option, value) }
    func set(_ option: CURLoption, _ function: @escaping ccurl_data_function) { _ = ccurl_easy_set_data_function(handle, option, function) }

    func refuseRewinding() {
        _ = ccurl_easy_set_seek_function(handle) { _, _, _ in CURL_SEEKFUNC_FAIL }
    }

    /// Everything but the body and what is done with the answer.
    ///
    /// - Returns: whether the URL is one that may be asked.
    func setUp(
        _ request: HTTPRequest, _ settings: CurlSettings, _ share: UnsafeMutableRawPointer, _ context: UnsafeMutableRawPointer
    ) -> Bool {
        guard let scheme = CurlURL.permittedScheme(of: request.url, allowingPlainHTTP: settings.allowsPlainHTTP) else { return false }
        set(CURLOPT_URL, request.url)
        set(CURLOPT_PROTOCOLS_STR, scheme)
        set(CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1)
        set(CURLOPT_FOLLOWLOCATION, 0)
        set(CURLOPT_PRIVATE, context)
        set(CURLOPT_SHARE, share)
        set(CURLOPT_NOSIGNAL, 1)
        set(CURLOPT_ACCEPT_ENCODING, "")
        set(CURLOPT_USERAGENT, "orchestratia")
        set(CURLOPT_BUFFERSIZE, request.limits.readBytes)
        _ = ccurl_easy_keep_from_children(handle)
        setTimes(request.limits)
        setRoute(settings)
        // Without "Expect" a large POST does not wait for a proxy that never says "continue".
        headerList = curl_slist_append(headerList, "Expect:")
        for header in request.headers { headerList = curl_slist_append(headerList, "\(header.name): \(header.value)") }
        _ = ccurl_easy_set_list(handle, CURLOPT_HTTPHEADER, headerList)
        return true
    }

    private func setTimes(_ limits: HTTPRequest.Limits) {
        set(CURLOPT_CONNECTTIMEOUT_MS, limits.connect.wholeMilliseconds)
        if let total = limits.total { set(CURLOPT_TIMEOUT_MS, total.wholeMilliseconds) }
        if let stall = limits.stall {
            set(CURLOPT_LOW_SPEED_LIMIT, 1)
            set(CURLOPT_LOW_SPEED_TIME, max(1, stall.wholeMilliseconds / 1000))
        }
        if let lifetime = limits.connectionLifetime {
            let seconds = max(1, lifetime.wholeMilliseconds / 1000)
            set(CURLOPT_MAXLIFETIME_CONN, seconds)
            set(CURLOPT_MAXAGE_CONN, max(1, seconds * 2 / 3))
        }
        set(CURLOPT_TCP_KEEPALIVE, 1)
        set(CURLOPT_TCP_KEEPIDLE, 20)
        set(CURLOPT_TCP_KEEPINTVL, 10)
        set(CURLOPT_DNS_CACHE_TIMEOUT, 60)
    }

    private func setRoute(_ settings: CurlSettings) {
        switch settings.addressFamily {
        case .any: set(CURLOPT_IPRESOLVE, Int(CURL_IPRESOLVE_WHATEVER))
        case .ipv4: set(CURLOPT_IPRESOLVE, Int(CURL_IPRESOLVE_V4))
        case .ipv6: set(CURLOPT_IPRESOLVE, Int(CURL_IPRESOLVE_V6))
        }
        if let file = settings.certificateAuthorityFile { set(CURLOPT_CAINFO, file) }
        // Only without a folder of certificates does libcurl read the file once, and not for each connection (CURLOPT_CA_CACHE_TIMEOUT).
        if settings.certificateAuthorityFile != nil || Self.systemHasBundle { set(CURLOPT_CAPATH, nil) }
        if !settings.verifiesCertificates {
            set(CURLOPT_SSL_VERIFYPEER, 0)
            set(CURLOPT_SSL_VERIFYHOST, 0)
        }
        if settings.proxy != nil || !settings.usesEnvironmentProxies {
            // Empty: the environment's proxies are not used either.
            set(CURLOPT_PROXY, settings.proxy?.url ?? "")
            set(CURLOPT_NOPROXY, "localhost,127.0.0.1,::1")
        }
        if let user = settings.proxy?.user { set(CURLOPT_PROXYUSERNAME, user) }
        if let password = settings.proxy?.password { set(CURLOPT_PROXYPASSWORD, password) }
    }

    /// Whether the file of certificates that libcurl was built to trust is there.
    private static let systemHasBundle: Bool = {
        guard let path = curl_version_info(CURLVERSION_SEVENTH)?.pointee.cainfo else { return false }
        return access(path, R_OK) == 0
    }()

    var status: Int {
        var value = 0
        _ = ccurl_easy_get_long(handle, CURLINFO_RESPONSE_CODE, &value)
        return value
    }

    /// Bytes of requests that went out, repeated ones included.
    var requestBytes: Int {
        var value = 0
        _ = ccurl_easy_get_long(handle, CURLINFO_REQUEST_SIZE, &value)
        return value
    }
}

extension Duration {
    fileprivate var wholeMilliseconds: Int { Int(components.seconds) * 1000 + Int(components.attoseconds / 1_000_000_000_000_000) }
}

/// Which URLs may be asked, judged by libcurl's own parser so that nothing is read in two ways.
private enum CurlURL {
    /// `https`, or `http` where it is allowed, which it always is to this machine; `nil` otherwise.
    static func permittedScheme(of url: String, allowingPlainHTTP: Bool) -> String? {
        guard !url.utf8.contains(0), let parsed = curl_url() else { return nil }
        defer { curl_url_cleanup(parsed) }
        guard curl_url_set(parsed, CURLUPART_URL, url, 0) == CURLUE_OK, let scheme = part(CURLUPART_SCHEME, of: parsed),
            let host = part(CURLUPART_HOST, of: parsed)
        else { return nil }
        switch scheme {
        case "https": return scheme
        case "http" where allowingPlainHTTP || isLoopback(host): return scheme
        default: return nil
        }
    }

    private static func isLoopback(_ host: String) -> Bool {
        if host == "localhost" || host == "[::1]" { return true }
        var address = in_addr()
        return inet_pton(AF_INET, host, &address) == 1 && UInt32(bigEndian: address.s_addr) >> 24 == 127
    }

    private static func part(_ part: CURLUPart, of url: OpaquePointer) -> String? {
        var text: UnsafeMutablePointer<CChar>?
        guard curl_url_get(url, part, &text, 0) == CURLUE_OK, let text else { return nil }
        defer { curl_free(text) }
        return String(cString: text)
    }
}
