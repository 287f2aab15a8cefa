enum LiveSessionsPlace {}
