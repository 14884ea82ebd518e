"""What services on people refuse."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


class PersonHasBeenErased(ValidationError):
    """Nothing is left to erase."""

    def __init__(self) -> None:
        super().__init__(_("这位同志的个人信息此前已经删除，不必重复办理。"))
