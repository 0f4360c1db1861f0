"""Complaint letters -> templates: folding, shingling, grouping, core profiles, consensus with slots."""

from ringfinder.templates.find import find_templates
from ringfinder.templates.incremental import link_new
from ringfinder.templates.params import TemplateParams

__all__ = ["TemplateParams", "find_templates", "link_new"]
