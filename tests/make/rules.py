"""Rules of campaigns' forms, for tests."""

from mailbot.model.campaign_form import CampaignForm, FormRules
from mailbot.text.labels import Vocabulary, vocabulary_of

THEMES = ("高端升级", "数智赋能", "绿色低碳")


def official(*themes: str) -> FormRules:
    """The official 推荐汇总表, with its own themes or others."""
    return FormRules(CampaignForm(), themes or THEMES)


def official_words(*themes: str) -> Vocabulary:
    """Its labels."""
    return vocabulary_of(official(*themes))
