from torch import save as keep


def checkpoint(model, folder):
    keep(model.state_dict(), folder + "/w.pt")
