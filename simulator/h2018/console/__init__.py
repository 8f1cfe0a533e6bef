"""The officer's desk: a web console on the worlds, server-rendered, and the same decisions as JSON.

Whatever a declarant sent is shown as text: templates escape everything, the pages' policy allows no inline script,
and every change needs the page's own token.  From top to bottom, a module imports only what is below it::

    routes
    api | case_pages | clock_pages | delivery_pages | message_pages | switch_pages | tenant_pages
    listing | form | reading
    web
    guard | rendering
"""
