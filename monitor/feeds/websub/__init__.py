"""W3C WebSub: hubs that send new articles, so that feeds are polled less often."""
