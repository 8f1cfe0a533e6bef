"""The officer's desk: a web console on the tenants, server-rendered.  For programs the same is at ``/control/cases``.

Whatever a declarant sent is shown as text: templates escape everything, the pages' policy allows no inline script,
and every change needs the page's own token.  From top to bottom, a module imports only what is below it::

    routes
    case_pages | clock_pages | delivery_pages | message_pages | switch_pages | tenant_pages
    showing | listing
    form | web
    guard | reading | rendering
"""
